internal import Finance

extension RunReport {
  /// The tables: what every strategy earned, and what that is worth.
  var results: ReportSection {
    ReportSection(
      "Results",
      """
      Every strategy decides on the same \(problem.tested.count) dates, trades \
      \(problem.experiment.execution.delay) and pays \
      \(NumberText.fixed(problem.experiment.execution.costBasisPoints, digits: 0)) basis points of \
      what it trades. Nothing shown here was seen in training.
      """,
      content: [
        .measures(
          MeasureTable(
            "Model and baselines, net of costs", measures: Self.performanceMeasures,
            rows: result.strategies.map {
              performanceRow($0, isModel: $0.key == model.key, evidence[$0])
            },
            notes: [
              """
              Sharpe and Sortino ratios are annual, of holding-period returns in excess of cash; in \
              small print the Sharpe ratio's 95 % interval. Drawdowns are of the value \
              compounded row by row; CDaR is the mean of the worst 5 % of them. Return and volatility are per year.
              """
            ])),
        .measures(
          MeasureTable(
            "Trading, and what the Sharpe ratios are worth", measures: Self.evidenceMeasures,
            rows: result.strategies.map { evidenceRow($0) },
            notes: [
              """
              Break-even is the cost at which a strategy's Sharpe ratio falls to equal weight's, both \
              paying it; 0 where it is not better without any cost. The deflated Sharpe ratio is the \
              probability that the true one exceeds the best of \(evidence.trials) worthless \
              trial\(evidence.trials == 1 ? "" : "s"). p-values are two-sided, by the stationary \
              bootstrap of the paired difference of Sharpe ratios; a small one next to a lower ratio \
              means significantly worse.
              """
            ])),
      ])
  }

  /// What this much data can show at all.
  var knowledge: ReportSection {
    let model = model.summary.sharpeRatio
    let parity = evidence.riskParity?.summary.sharpeRatio ?? .nan
    func fixed(_ value: Double) -> String { NumberText.fixed(value, digits: 3) }
    func ofParity(_ value: Double) -> String {
      parity.isFinite ? ValueFormat.multiple(digits: 2).text(value / parity) : "–"
    }
    let budgets = zip(problem.data.assets, evidence.ceiling.budgets).map { name, budget in
      "\(name) \(ValueFormat.percent(digits: 0).text(budget))"
    }.joined(separator: ", ")
    return ReportSection(
      "What can be known",
      """
      How far a difference has to go before it is evidence, on this many periods.
      """,
      content: [
        .table(
          ReportTable(
            "Yardsticks",
            columns: [
              .text("Sharpe ratio, annual"), .number("value"), .number("of risk parity"),
              .text("what it says"),
            ],
            rows: [
              ["This model", fixed(model), ofParity(model), "net of costs, out of sample"],
              [
                "Hindsight ceiling of constant budgets", fixed(evidence.ceiling.sharpeRatio),
                ofParity(evidence.ceiling.sharpeRatio),
                "the best that never changing budgets could have earned (\(budgets)); more than "
                  + "this takes timing, or luck",
              ],
              [
                "Detectable difference", fixed(evidence.detectableDifference),
                ofParity(parity + evidence.detectableDifference),
                "the smallest true lead over risk parity that a 5 % test finds in four cases of five",
              ],
              [
                "Detectable Sharpe ratio", fixed(evidence.detectableSharpe), "–",
                "the smallest true ratio that a one-sided 5 % test tells from zero in four cases of "
                  + "five",
              ],
              [
                "Trials", "\(evidence.trials)", "–",
                "configurations tried before this one was chosen, itself included (report.trials)",
              ],
            ]))
      ])
  }

  // MARK: The columns

  static let performanceMeasures: [MeasureTable.Measure] = [
    .init("Return", .percent(digits: 1), better: .higher, explanation: "geometric, per year"),
    .init("Volatility", .percent(digits: 1), explanation: "of holding-period returns, per year"),
    .init("Sharpe", .number(digits: 2), better: .higher, explanation: "in excess of cash, annual"),
    .init("Sortino", .number(digits: 2), better: .higher, explanation: "in excess of cash, annual"),
    .init("Max drawdown", .percent(digits: 1), better: .lower, explanation: "compounded by row"),
    .init(
      "CDaR 95", .percent(digits: 1), better: .lower,
      explanation: "mean of the worst 5 % of drawdowns"),
    .init("Calmar", .number(digits: 2), better: .higher, explanation: "return / max drawdown"),
    .init("Worst month", .percent(digits: 1), better: .higher, explanation: "calendar month"),
  ]

  func performanceRow(
    _ strategy: StrategyResult, isModel: Bool, _ evidence: StrategyEvidence? = nil
  ) -> MeasureTable.Row {
    let summary = strategy.summary
    return MeasureTable.Row(
      strategy.title, isModel: isModel,
      [
        .init(summary.annualReturn), .init(summary.annualVolatility),
        .init(summary.sharpeRatio, interval: evidence?.sharpeInterval),
        .init(summary.sortinoRatio), .init(summary.maximumDrawdown),
        .init(summary.conditionalDrawdown95), .init(summary.calmarRatio), .init(summary.worstMonth),
      ])
  }

  private static let evidenceMeasures: [MeasureTable.Measure] = [
    .init(
      "Turnover", .number(digits: 2), better: .lower,
      explanation: "Σ|Δw| per year, both sides: 1 is the portfolio's value once"),
    .init("Cost", .percent(digits: 2), better: .lower, explanation: "per year"),
    .init(
      "Break-even cost", .basisPoints(digits: 0),
      explanation: "at which its Sharpe ratio is equal weight's"),
    .init(
      "Deflated Sharpe", .percent(digits: 0), better: .higher,
      explanation: "probability of more than the luck of the trials"),
    .init("p against 1/N", .number(digits: 3), explanation: "two-sided, paired"),
    .init("p against risk parity", .number(digits: 3), explanation: "two-sided, paired"),
  ]

  private func evidenceRow(_ strategy: StrategyResult) -> MeasureTable.Row {
    let own = evidence[strategy]
    let isReference = strategy.key == BaselineRule.equalWeight.rawValue
    return MeasureTable.Row(
      strategy.title, isModel: strategy.key == model.key,
      [
        strategy.summary.turnoverPerYear, strategy.summary.costPerYear,
        isReference ? .nan : own?.breakEvenCost ?? .nan, own?.deflatedSharpe ?? .nan,
        own?.againstEqualWeight ?? .nan, own?.againstRiskParity ?? .nan,
      ].map { MeasureTable.Cell($0) })
  }
}
