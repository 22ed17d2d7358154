internal import Autodiff

/// The portfolio of the largest expected Sharpe ratio, `max μᵀw / √(wᵀΣw)` over `Σw = 1`, `l ≤ w ≤ c`;
/// long-only by default.
///
/// - Units: μ in excess of cash, in any unit.
/// - Source: Tobin (1958); Cornuéjols & Tütüncü (2007), *Optimization Methods in Finance*, §8.2.
public struct MaximumSharpe: AllocationRule {
  /// The rule's name in reports.
  public let name = "maximum Sharpe"
  /// μ, the expected returns of the assets in excess of cash.
  public let expectedReturns: [Double]
  /// The bounds of the weights; `nil` for `0 ≤ w ≤ 1`.
  public let bounds: SimplexBounds?

  /// The rule.
  public init(expectedReturns: [Double], bounds: SimplexBounds? = nil) {
    check(
      expectedReturns.allSatisfy { $0.isFinite },
      "MaximumSharpe: expected returns \(expectedReturns)")
    self.expectedReturns = expectedReturns
    self.bounds = bounds
  }

  /// The weights; throws an ``AllocationError``, also where no portfolio beats cash.
  public func weights(covariance: Matrix) throws(AllocationError) -> [Double] {
    let n = covariance.rows
    check(expectedReturns.count == n, "MaximumSharpe: \(expectedReturns.count) returns for \(n)")
    let (scaled, _) = try PortfolioProgram.scaled(covariance, rule: name)
    let (lower, upper) = PortfolioProgram.limits(bounds, count: n, rule: name)
    return try PortfolioProgram.largestRatio(
      of: expectedReturns, covariance: scaled, lower: lower, upper: upper, rule: name)
  }
}
