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
      content: [
        .table(drawdownTable),
        .table(
          leadTable(
            "Lead time, by the covariance of each decision",
            """
            By its own covariance risk parity's contributions are equal by construction and are \
            never cut.
            """, \.own)),
        .table(
          leadTable(
            "Lead time, by a covariance of 250 rows",
            """
            The same covariance for both; it moves slowly, so that contributions move when holdings \
            do. Risk parity leads too, because it sells what becomes volatile.
            """, { $0.slow })),
      ] + placeboHistograms.map { .histogram($0) })
  }

  private var drawdownTable: ReportTable {
    let span = problem.span(of: problem.tested)
    let rows = Array(dates[span.rows])
    let ranges = evidence.stress.map { rows.rows(from: $0.window.first, through: $0.window.last) }
    return ReportTable(
      "Largest drawdown within the stretch, %",
      columns: [.text("Strategy")] + evidence.stress.map { .number($0.window.name) },
      rows: [
        ["equities, from"] + evidence.stress.map(\.peak.unbroken),
        ["equities, to"] + evidence.stress.map(\.trough.unbroken),
        ["equities"] + evidence.stress.map { percentage($0.equityDrawdown) },
      ]
        + result.strategies.map { strategy in
          [strategy.title]
            + ranges.map {
              percentage(Measures.maximumDrawdown(Array(strategy.path.returns[$0]), .compounded))
            }
        })
  }

  /// The leads of model and risk parity by one covariance, beside those in random windows.
  private func leadTable(
    _ title: String, _ note: String, _ lead: (StressEvidence.Outcome) -> StressEvidence.Lead?
  ) -> ReportTable {
    var rows: [[String]] = []
    for entry in evidence.stress {
      for outcome in entry.outcomes {
        guard let own = lead(outcome) else { continue }
        let leads = own.placebo.compactMap { $0.map(Double.init) }
        rows.append([
          "\(entry.window.name): \(outcome.strategy)", own.days.map(String.init) ?? "never",
          percentage(own.placeboRate, digits: 0),
          leads.isEmpty ? "–" : NumberText.fixed(Measures.median(leads), digits: 0),
          own.placeboShare.map { RunReport.probability($0) } ?? "–",
        ])
      }
    }
    let count = NumberText.fixed(Double(StressEvidence.placeboCount), digits: 0)
    return ReportTable(
      title,
      columns: [
        .text("Stretch and strategy"),
        .number("lead", explanation: "days from the cut to the trough"),
        .number("random windows with a cut, %", explanation: "of \(count)"),
        .number("their median lead", explanation: "days, of those with a cut"),
        .number("as early or earlier", explanation: "share of all random windows"),
      ], rows: rows,
      notes: [
        """
        Each stretch is beside \(count) random windows of as many rows from the same test periods, \
        with the fall of the equities inside each: if random windows often show a cut as early, the \
        lead says nothing. \(note)
        """
      ])
  }

  /// The random windows' leads by the slow covariance, strategy by strategy.
  private var placeboHistograms: [Histogram] {
    let strategies = evidence.stress.first?.outcomes.map(\.strategy) ?? []
    return strategies.compactMap { strategy in
      let own = evidence.stress.compactMap { entry in
        entry.outcomes.first { $0.strategy == strategy }?.slow.map { (entry.window.name, $0) }
      }
      let leads = own.flatMap { $0.1.placebo.compactMap { $0.map(Double.init) } }
      guard !leads.isEmpty else { return nil }
      return Histogram(
        "Leads in random windows: \(strategy)", xTitle: "days before the trough", values: leads,
        marks: own.compactMap { name, lead in
          lead.days.map { Histogram.Mark(name, Double($0), role: .member) }
        },
        note:
          "By a covariance of 250 rows; all random windows with a cut, pooled. The marks are the "
          + "known stretches.")
    }
  }

  private func percentage(_ value: Double, digits: Int = 1) -> String {
    value.isFinite ? NumberText.fixed(100 * value, digits: digits) : "–"
  }
}
