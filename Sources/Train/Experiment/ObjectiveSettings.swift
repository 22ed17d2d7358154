/// What training minimises: a weighted sum of losses, and penalties that steady it.
///
/// Each loss counts with its weight; 0 leaves it out. Validation leaves the penalties out.
struct ObjectiveSettings: Sendable {
  /// Minus the annualised Sharpe ratio of holding-period returns in excess of cash, net of costs.
  var sharpe: Double
  /// Minus their annualised Sortino ratio.
  var sortino: Double
  /// Minus their annual mean–variance utility, of `riskAversion`.
  var meanVariance: Double
  var riskAversion: Double
  /// Minus the annual growth rate of the rows' net returns.
  var logUtility: Double
  /// Conditional value at risk of holding-period excess returns, at `level`.
  var cvar: Double
  /// Conditional drawdown at risk of the rows' net returns, at `level`.
  var cdar: Double
  /// Their maximum drawdown.
  var maximumDrawdown: Double
  /// The confidence level of `cvar` and `cdar`.
  var level: Double
  /// The price of one full turnover of the portfolio per year.
  var turnoverPenalty: Double
  /// The price of one nat of divergence from equal budgets.
  var priorPenalty: Double
  /// The price of the squared change of budgets, `Σ_i (b_i − b_i⁻)²`, summed over a year.
  var smoothnessPenalty: Double

  init(_ reader: ConfigReader) {
    sharpe = reader.about(
      "weight of minus the annual Sharpe ratio of holding-period returns in excess of cash, net of costs"
    )
    .double("sharpe", default: 1, in: 0...)
    sortino = reader.about("weight of minus their annual Sortino ratio")
      .double("sortino", default: 0, in: 0...)
    meanVariance = reader.about("weight of minus their annual mean–variance utility")
      .double("meanVariance", default: 0, in: 0...)
    riskAversion = reader.about("risk aversion of meanVariance")
      .double("riskAversion", default: 4, in: 0...)
    logUtility = reader.about("weight of minus the annual growth rate")
      .double("logUtility", default: 0, in: 0...)
    cvar = reader.about("weight of the conditional value at risk of holding-period excess returns")
      .double("cvar", default: 0, in: 0...)
    cdar = reader.about("weight of the conditional drawdown at risk of daily net returns")
      .double("cdar", default: 0, in: 0...)
    maximumDrawdown = reader.about("weight of their maximum drawdown")
      .double("maximumDrawdown", default: 0, in: 0...)
    level = reader.about("confidence level of cvar and cdar")
      .double("level", default: 0.95, in: 0..<1)
    turnoverPenalty = reader.about("price of one full turnover of the portfolio per year")
      .double("turnoverPenalty", default: 0, in: 0...)
    priorPenalty = reader.about("price of one nat of divergence from equal budgets")
      .double("priorPenalty", default: 0.1, in: 0...)
    smoothnessPenalty = reader.about("price of the squared change of budgets, summed over a year")
      .double("smoothnessPenalty", default: 0, in: 0...)
    if weights.allSatisfy({ $0 == 0 }) {
      reader.report("sharpe", "value is 0 and so is every other loss; expected one above 0")
    }
  }

  private var weights: [Double] {
    [sharpe, sortino, meanVariance, logUtility, cvar, cdar, maximumDrawdown]
  }
}
