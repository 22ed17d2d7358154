#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

extension Measures {
  /// The geometric return per year: `Π (1 + r)^(A / T) − 1`, A periods a year.
  ///
  /// −1 once a loss of 100 % or more has occurred; NaN of nothing.
  public static func annualReturn(_ returns: [Double], periodsPerYear: Double) -> Double {
    guard !returns.isEmpty else { return .nan }
    var logGrowth = 0.0
    for r in returns {
      guard r > -1 else { return -1 }
      logGrowth += log1p(r)
    }
    return expm1(logGrowth * periodsPerYear / Double(returns.count))
  }

  /// The annualised volatility: sample standard deviation · √A; NaN for fewer than two returns.
  public static func annualVolatility(_ returns: [Double], periodsPerYear: Double) -> Double {
    standardDeviation(returns) * periodsPerYear.squareRoot()
  }

  /// The annualised Sharpe ratio: `mean / sd · √A`, sd with divisor T − 1.
  ///
  /// Give excess returns for the ratio in excess of cash. NaN for fewer than two returns and for
  /// returns that do not vary.
  ///
  /// - Source: Sharpe (1994), *The Sharpe Ratio*, J. Portfolio Management 21(1).
  public static func sharpeRatio(_ returns: [Double], periodsPerYear: Double) -> Double {
    ratio(mean(returns), to: standardDeviation(returns)) * periodsPerYear.squareRoot()
  }

  /// The annualised Sortino ratio: `(mean − target) / √(Σ min(r − target, 0)² / T) · √A`.
  ///
  /// The divisor is the number of all returns; `target` is per period. NaN of nothing, and where no
  /// return is below the target.
  ///
  /// - Source: Sortino & Price (1994), *Performance Measurement in a Downside Risk Framework*.
  public static func sortinoRatio(
    _ returns: [Double], target: Double = 0, periodsPerYear: Double
  ) -> Double {
    let shortfalls = returns.reduce(0) { $0 + min($1 - target, 0) * min($1 - target, 0) }
    let downside = (shortfalls / Double(returns.count)).squareRoot()
    return ratio(mean(returns) - target, to: downside) * periodsPerYear.squareRoot()
  }

  /// The Calmar ratio: geometric return per year over the maximum drawdown of net asset value.
  ///
  /// NaN of nothing, and where there is no drawdown.
  public static func calmarRatio(_ returns: [Double], periodsPerYear: Double) -> Double {
    ratio(
      annualReturn(returns, periodsPerYear: periodsPerYear),
      to: maximum(drawdowns(returns, .compounded)))
  }

  /// The sum of a series (turnover, costs) per year: `Σ x · A / T`; NaN of nothing.
  ///
  /// The series has one number per period, 0 where nothing was traded. Turnover is `Σ_i |Δw_i|` (both
  /// sides), 1 = 100 % of the portfolio; costs are fractions of the portfolio's value.
  public static func perYear(_ series: [Double], periodsPerYear: Double) -> Double {
    mean(series) * periodsPerYear
  }

  /// A ratio to a risk, NaN if that is zero but for rounding.
  static func ratio(_ numerator: Double, to risk: Double) -> Double {
    risk > 1e-13 * abs(numerator) ? numerator / risk : .nan
  }
}
