internal import Finance

/// Writes what a run found into its directory.
///
/// `weights.csv`, `budgets.csv`, `risk_contributions.csv` and the details of the model's blocks
/// (`regimes.csv`, `selection.csv`, …; see `DecisionDetail`) by decision, `reliability.csv` of drawdown
/// forecasts by bins of probability, `returns.csv` by row for the model and every baseline, `triggers.csv` where decisions have reasons, `metrics.jsonl` by
/// epoch, `data.json` (what was inferred, filled and flagged when the data were read),
/// `summary.json` last. All are determined
/// by the run alone: the same run gives the same bytes.
struct ResultFiles {
  let result: RunResult
  let directory: RunDirectory

  private var problem: Problem { result.problem }

  func write() throws {
    let model = result.model
    try byDecision(model.weights).write(to: directory.file("weights.csv"))
    if let budgets = model.budgets {
      try byDecision(budgets).write(to: directory.file("budgets.csv"))
    }
    try byDecision(model.riskContributions).write(to: directory.file("risk_contributions.csv"))
    for detail in DecisionDetail.allCases {
      guard let table = model.details[detail] else { continue }
      try byDecision(table.values, columns: table.columns)
        .write(to: directory.file("\(detail.rawValue).csv"))
    }
    if let forecast = DrawdownForecast(result) {
      try forecast.csv.write(to: directory.file("reliability.csv"))
    }
    try returns.write(to: directory.file("returns.csv"))
    if result.strategies.contains(where: { !$0.events.isEmpty }) {
      try triggers.write(to: directory.file("triggers.csv"))
    }
    try AtomicFile.write(metrics, to: directory.file("metrics.jsonl"))
    try AtomicFile.write(problem.dataJSON.text(), to: directory.file("data.json"))
  }

  /// Marks the run as finished; everything else must have been written.
  func writeSummary(_ provenance: Provenance, _ evidence: RunEvidence) throws {
    let paths = try result.paths()
    try AtomicFile.write(
      summary(provenance, evidence, paths).text(), to: directory.summary)
  }

  /// A row for each decision of the model.
  private func byDecision(_ values: Matrix, columns: [String]? = nil) -> CSVWriter {
    var table = CSVWriter(columns: ["Date"] + (columns ?? problem.data.assets))
    for (index, row) in result.model.rows.enumerated() {
      table.append(day: problem.data.dates[row].days, Array(values.row(index)))
    }
    return table
  }

  /// Simple net returns per row, and the cash return.
  private var returns: CSVWriter {
    let span = problem.span(of: problem.tested)
    var table = CSVWriter(columns: ["Date"] + result.strategies.map(\.key) + ["cash"])
    for (index, row) in span.rows.enumerated() {
      table.append(
        day: problem.data.dates[row].days,
        result.strategies.map { $0.path.returns[index] } + [span.cashReturns[index]])
    }
    return table
  }

  /// Every reason of every decision that has one.
  private var triggers: CSVWriter {
    var table = CSVWriter(columns: [
      "Date", "strategy", "trigger", "reason", "phase", "volatility", "lambda", "turnover",
      "limited",
    ])
    for strategy in result.strategies {
      for event in strategy.events {
        for trigger in event.triggers {
          table.append([
            .day(problem.data.dates[event.row].days), .text(strategy.key), .text(trigger.name),
            .text(trigger.reason(assets: problem.data.assets)), .text("\(event.state.phase)"),
            .text("\(event.state.volatility)"), .number(event.rate), .number(event.turnover),
            .integer(event.isLimited ? 1 : 0),
          ])
        }
      }
    }
    return table
  }

  /// One JSON object per line, fold, member and epoch: losses, the gradient's norm, and the largest
  /// numbers of the risk-budgeting solver over the training decisions.
  private var metrics: String {
    var text = ""
    for fit in result.fits {
      for (epoch, record) in fit.state.epochs.enumerated() {
        let line = JSONValue(
          object: [
            ("fold", JSONValue(fit.unit.fold.index)),
            ("member", JSONValue(fit.unit.member.name)),
            ("epoch", JSONValue(epoch)),
          ] + zip(FitState.Epoch.names, record.numbers).map { ($0, JSONValue($1)) } + [
            ("best", JSONValue(epoch == fit.state.bestEpoch))
          ])
        text += line.text(.compact) + "\n"
      }
    }
    return text
  }

  private func summary(
    _ provenance: Provenance, _ evidence: RunEvidence, _ paths: [StrategyResult]
  ) -> JSONValue {
    let dates = problem.data.dates
    let tested = problem.tested
    var members: [(String, JSONValue)] = [
      ("name", JSONValue(problem.experiment.name)),
      ("keel", JSONValue(provenance.version)),
      ("instructionSet", JSONValue(provenance.instructionSet)),
      ("scalar", JSONValue(provenance.scalar)),
      ("firstDecision", JSONValue("\(dates[problem.rows[tested.lowerBound]])")),
      ("lastDecision", JSONValue("\(dates[problem.rows[tested.upperBound - 1]])")),
      ("decisions", JSONValue(tested.count)),
      ("periodsPerYear", JSONValue(problem.periodsPerYear)),
      ("costBasisPoints", JSONValue(problem.experiment.execution.costBasisPoints)),
      ("model", figures(result.model)),
      ("members", JSONValue(object: result.members.map { ($0.key, figures($0)) })),
      ("dispersion", dispersion(of: result.members)),
      ("paths", dispersion(of: paths)),
      ("baselines", JSONValue(object: result.baselines.map { ($0.key, figures($0)) })),
      ("evidence", evidence.json),
    ]
    if let forecast = DrawdownForecast(result) {
      members.append(("drawdownForecast", forecast.json))
    }
    return JSONValue(object: members)
  }

  /// The largest numbers of the risk-budgeting solver over all decisions, where it was used.
  private func solver(_ strategy: StrategyResult) -> [(String, JSONValue)] {
    guard let table = strategy.details[.solver] else { return [] }
    let maxima = table.columns.indices.map { column in
      (table.columns[column], JSONValue(table.values.column(column).reduce(0, max)))
    }
    return [("solver", JSONValue(object: maxima))]
  }

  /// How much the Sharpe ratios of strategies differ that differ by chance only; null without any.
  private func dispersion(of strategies: [StrategyResult]) -> JSONValue {
    guard !strategies.isEmpty else { return nil }
    let sharpes = strategies.map(\.summary.sharpeRatio)
    return JSONValue(object: [
      ("count", JSONValue(sharpes.count)),
      ("sharpeMean", JSONValue(Measures.mean(sharpes))),
      ("sharpeDeviation", JSONValue(Measures.standardDeviation(sharpes))),
      ("sharpeRatios", JSONValue(sharpes)),
    ])
  }

  private func figures(_ strategy: StrategyResult) -> JSONValue {
    let summary = strategy.summary
    return JSONValue(
      object: [
        ("annualReturn", JSONValue(summary.annualReturn)),
        ("annualVolatility", JSONValue(summary.annualVolatility)),
        ("sharpeRatio", JSONValue(summary.sharpeRatio)),
        ("sortinoRatio", JSONValue(summary.sortinoRatio)),
        ("maximumDrawdown", JSONValue(summary.maximumDrawdown)),
        ("conditionalDrawdown95", JSONValue(summary.conditionalDrawdown95)),
        ("calmarRatio", JSONValue(summary.calmarRatio)),
        ("turnoverPerYear", JSONValue(summary.turnoverPerYear)),
        ("costPerYear", JSONValue(summary.costPerYear)),
        ("worstMonth", JSONValue(summary.worstMonth)),
      ] + solver(strategy))
  }
}
