internal import Finance

extension RunReport {
  /// The stretches of history that strained portfolios.
  var stress: ReportSection {
    let text = """
      Drawdowns within each stretch, and how early equity risk was cut: the first decision between \
      the peak and the trough of the equities at which their risk contribution is \
      \(NumberText.fixed(100 * DrawdownLead.reduction, digits: 0))\u{202F}% below its median of the year \
      before, as days before the trough.
      """
    guard !evidence.stress.isEmpty else {
      return ReportSection(
        "Stress",
        problem.experiment.report.equities.isEmpty
          ? "Not computed: report.equities names no asset."
          : "The test periods hold none of the known stretches whole.")
    }
    return ReportSection(
      "Stress", text,
      content: [.table(drawdownTable), .table(leadTable)]
        + (placeboHistogram.map { [.histogram($0)] } ?? []))
  }

  private var drawdownTable: ReportTable {
    let strategies = result.strategies
    let span = problem.span(of: problem.tested)
    let rows = Array(dates[span.rows])
    return ReportTable(
      "Largest drawdown within the stretch, %",
      columns: [.text("Stretch"), .text("peak to trough of equities"), .number("equities")]
        + strategies.map { .number($0.title) },
      rows: evidence.stress.map { entry in
        let range = rows.rows(from: entry.window.first, through: entry.window.last)
        return [
          entry.window.name, "\(entry.peak) to \(entry.trough)", percentage(entry.equityDrawdown),
        ]
          + strategies.map {
            percentage(
              Measures.maximumDrawdown(Array($0.path.returns[range]), .compounded))
          }
      })
  }

  private var leadTable: ReportTable {
    func days(_ lead: Int?) -> String { lead.map(String.init) ?? "never" }
    var rows: [[String]] = []
    for entry in evidence.stress {
      for outcome in entry.outcomes {
        let leads = outcome.placebo.compactMap { $0.map(Double.init) }
        rows.append([
          "\(entry.window.name): \(outcome.strategy)", days(outcome.lead), days(outcome.slowLead),
          percentage(outcome.placeboRate, digits: 0),
          leads.isEmpty ? "–" : NumberText.fixed(Measures.median(leads), digits: 0),
          outcome.placeboShare.map { RunReport.probability($0) } ?? "–",
        ])
      }
    }
    return ReportTable(
      "Lead time: days before the trough",
      columns: [
        .text("Stretch and strategy"),
        .number(
          "lead", explanation: "by the covariance of each decision"),
        .number("lead, slow", explanation: "by a covariance of 250 rows, the same for both"),
        .number("random windows with a cut, %", explanation: "of \(StressEvidence.placeboCount)"),
        .number("their median lead", explanation: "days, of those with a cut"),
        .number("as early or earlier", explanation: "share of all random windows"),
      ], rows: rows,
      notes: [
        """
        Each stretch is beside \(NumberText.fixed(Double(StressEvidence.placeboCount), digits: 0)) \
        random windows of as many rows from the \
        same test periods, with the fall of the equities inside each: if random windows often show a \
        cut as early, the lead says nothing. By its own covariance risk parity's contributions are \
        equal by construction and are never cut; the slow covariance moves only when holdings do.
        """
      ])
  }

  private var placeboHistogram: Histogram? {
    let own = evidence.stress.compactMap { entry in
      entry.outcomes.first { $0.strategy == model.title }.map { (entry.window.name, $0) }
    }
    let leads = own.flatMap { $0.1.placebo.compactMap { $0.map(Double.init) } }
    guard !leads.isEmpty else { return nil }
    return Histogram(
      "Leads of the model in random windows", xTitle: "days before the trough", values: leads,
      marks: own.compactMap { name, outcome in
        outcome.lead.map { Histogram.Mark(name, Double($0), role: .member) }
      },
      note: "All random windows with a cut, pooled; the marks are the known stretches.")
  }

  private func percentage(_ value: Double, digits: Int = 1) -> String {
    value.isFinite ? NumberText.fixed(100 * value, digits: digits) : "–"
  }
}
