internal import Autodiff

/// What a strategy made of one simulated path.
///
/// - Units: wealth from 1; return, volatility, turnover and cost per year; volatility and Sharpe ratio
///   of periods of 21 rows, the ratio in excess of cash; the drawdown of the daily compounded value.
public struct MonteCarloOutcome: Sendable, Hashable {
  /// The wealth after 0, 21, 42, … rows.
  public let wealth: [Double]
  /// The geometric return.
  public let annualReturn: Double
  /// The volatility.
  public let annualVolatility: Double
  /// The Sharpe ratio.
  public let sharpeRatio: Double
  /// The maximum drawdown.
  public let maximumDrawdown: Double
  /// `Σ|Δw|` per year.
  public let turnoverPerYear: Double
  /// Costs per year.
  public let costPerYear: Double

  init(_ path: PortfolioPath, cashReturn: Double, rowsPerYear: Double) {
    let rows = path.returns.count
    let step = MonteCarlo.step
    var (value, wealth) = (1.0, [1.0])
    for (t, r) in path.returns.enumerated() {
      value *= 1 + r
      if (t + 1) % step == 0 { wealth.append(value) }
    }
    let held = zip(wealth, wealth.dropFirst()).map { $1 / $0 - 1 }
    var cash = 1.0
    for _ in 0..<step { cash *= 1 + cashReturn }
    let periods = rowsPerYear / Double(step)
    self.wealth = wealth
    annualReturn = Measures.annualReturn(path.returns, periodsPerYear: rowsPerYear)
    annualVolatility = Measures.annualVolatility(held, periodsPerYear: periods)
    sharpeRatio = Measures.sharpeRatio(held.map { $0 - (cash - 1) }, periodsPerYear: periods)
    maximumDrawdown = Measures.maximumDrawdown(path.returns, .compounded)
    let years = Double(rows) / rowsPerYear
    turnoverPerYear = path.turnover.reduce(0, +) / years
    costPerYear = path.costs.reduce(0, +) / years
  }
}
