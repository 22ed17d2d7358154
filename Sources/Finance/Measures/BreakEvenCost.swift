internal import Autodiff

extension Measures {
  /// The proportional cost at which a strategy's Sharpe ratio falls to another's that pays the same.
  ///
  /// Costs only lower a row's return, `r(κ) = gross − κ · turnover`, so both Sharpe ratios are known
  /// at every cost κ; bisection finds where the first one stops being the higher.
  ///
  /// - Shapes: gross returns in excess of cash and turnover by period, both strategies over the same
  ///   periods.
  /// - Units: a fraction of the traded value (0.001 = 10 bp).
  /// - Edge cases: 0 where the strategy is not better without costs; infinity where it is still better
  ///   at `limit`; NaN where a ratio is not defined.
  /// - Source: the idea of DeMiguel, Garlappi & Uppal (2009), *Optimal Versus Naive Diversification*,
  ///   Review of Financial Studies 22(5), with Sharpe ratios in place of returns.
  public static func breakEvenCost(
    gross: [Double], turnover: [Double], otherGross: [Double], otherTurnover: [Double],
    limit: Double = 0.1
  ) -> Double {
    let count = gross.count
    check(
      turnover.count == count && otherGross.count == count && otherTurnover.count == count,
      "breakEvenCost: \(count), \(turnover.count), \(otherGross.count), \(otherTurnover.count) "
        + "periods; expected as many of each")
    func lead(_ cost: Double) -> Double {
      func ratio(_ returns: [Double], _ turnover: [Double]) -> Double {
        sharpeRatio(zip(returns, turnover).map { $0 - cost * $1 }, periodsPerYear: 1)
      }
      return ratio(gross, turnover) - ratio(otherGross, otherTurnover)
    }
    guard lead(0).isFinite, lead(limit).isFinite else { return .nan }
    guard lead(0) > 0 else { return 0 }
    guard lead(limit) < 0 else { return .infinity }
    var (low, high) = (0.0, limit)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if lead(middle) > 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
