internal import Finance

/// The report of a run: what the model earned beside every baseline and what that is worth, what it
/// held and why, how it fared in stress, how it was trained.
struct RunReport {
  let evidence: RunEvidence
  /// What the run was made with.
  let provenance: Provenance
  /// What a reader must know of the program that wrote the page, if it is not the run's own.
  var remarks: [String] = []
  /// Sections that other commands found for this run (attribution, stress tests), in their order.
  var further: [ReportSection] = []

  var result: RunResult { evidence.result }
  var problem: Problem { result.problem }
  var model: StrategyResult { result.model }
  var dates: [CalendarDate] { problem.data.dates }
  /// Whether a rule stands in the model's place: then nothing was trained.
  var isStrategy: Bool { problem.experiment.strategy != nil }

  var document: ReportDocument {
    let tested = problem.tested
    let period =
      "\(dates[problem.rows[tested.lowerBound]].unbroken) to "
      + dates[problem.rows[tested.upperBound - 1]].unbroken
    let sections =
      [results, knowledge, path, calendar, holdings] + details + [trading, stress] + further
    return ReportDocument(
      title: problem.experiment.name,
      subtitle: [problem.experiment.description, "Out of sample \(period), net of costs."]
        .filter { !$0.isEmpty }.joined(separator: " "),
      facts: facts, sections: sections + (isStrategy ? [] : [training, members]), footer: footer)
  }

  // MARK: What to read first

  private var facts: [KeyFact] {
    let summary = model.summary
    let own = evidence[model]
    var facts = [
      KeyFact(
        "Sharpe ratio", NumberText.fixed(summary.sharpeRatio, digits: 2),
        note: "in excess of cash, net"
          + (own?.sharpeInterval.map { "; 95 % interval \(Self.text($0))" } ?? ""))
    ]
    if let parity = evidence.riskParity {
      let p = own?.againstRiskParity ?? .nan
      facts.append(
        KeyFact(
          "of risk parity",
          ValueFormat.multiple(digits: 2).text(
            summary.sharpeRatio / parity.summary.sharpeRatio),
          note: "its Sharpe ratio is \(NumberText.fixed(parity.summary.sharpeRatio, digits: 2))"
            + (p.isFinite ? "; p = \(Self.probability(p))" : "")))
    }
    facts += [
      KeyFact(
        "Largest drawdown", ValueFormat.percent(digits: 1).text(summary.maximumDrawdown),
        note: "compounded, row by row; volatility "
          + ValueFormat.percent(digits: 1).text(summary.annualVolatility) + " a year"),
      KeyFact(
        "Turnover", ValueFormat.multiple(digits: 1).text(summary.turnoverPerYear),
        note: "a year, costing "
          + ValueFormat.percent(digits: 2).text(summary.costPerYear)),
    ]
    return facts
  }

  static func text(_ interval: ClosedRange<Double>) -> String {
    "\(NumberText.fixed(interval.lowerBound, digits: 2)) to "
      + NumberText.fixed(interval.upperBound, digits: 2)
  }

  /// A p-value or probability as it is usually written.
  static func probability(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    return value < 0.001 ? "< 0.001" : NumberText.fixed(value, digits: value < 0.1 ? 3 : 2)
  }

  private var footer: String {
    let data = provenance.data.map { "\($0.path), sha256 \($0.sha256)" }.joined(separator: "; ")
    return """
      Keel \(provenance.version), \(provenance.scalar)\
      \(provenance.convertedFrom.map { " (converted from \($0))" } ?? "") on \(provenance.instructionSet), seed \
      \(problem.experiment.seed). Data: \(data).

      \((remarks.map { "Note: \($0)." } + problem.notes + ["Past results of a simulation; not investment advice."])
        .joined(separator: " "))
      """
  }
}

extension CalendarDate {
  /// The date as it is written everywhere, by hyphens that do not break lines.
  var unbroken: String {
    description.split(separator: "-").joined(separator: "\u{2011}")
  }
}
