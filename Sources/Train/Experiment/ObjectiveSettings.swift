/// What training minimises.
///
/// `− sharpe · Sharpe + cdar · CDaR + turnoverPenalty · turnover per year
/// + priorPenalty · KL(budgets ‖ equal)`; validation leaves the last two out.
struct ObjectiveSettings: Sendable {
  /// The weight of the annualised Sharpe ratio of holding-period returns in excess of cash, net of
  /// costs.
  var sharpe: Double
  /// The weight of the conditional drawdown at risk of the rows' net returns (a fraction of
  /// capital).
  var cdar: Double
  /// The confidence level of the drawdown at risk.
  var cdarLevel: Double
  /// The price of one full turnover of the portfolio per year.
  var turnoverPenalty: Double
  /// The price of one nat of divergence from equal budgets.
  var priorPenalty: Double

  init(_ reader: ConfigReader) {
    sharpe = reader.double("sharpe", default: 1, in: 0...)
    cdar = reader.double("cdar", default: 0, in: 0...)
    cdarLevel = reader.double("cdarLevel", default: 0.95, in: 0..<1)
    turnoverPenalty = reader.double("turnoverPenalty", default: 0, in: 0...)
    priorPenalty = reader.double("priorPenalty", default: 0.1, in: 0...)
    if sharpe == 0, cdar == 0 {
      reader.report("sharpe", "value is 0 and cdar is 0; expected one of them above 0")
    }
  }
}
