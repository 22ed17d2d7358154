internal import Autodiff

/// The mean–variance portfolio, `max μᵀw − ½ γ wᵀΣw` over `Σw = 1`, `l ≤ w ≤ c`; long-only by default.
///
/// - Units: μ and Σ per period, γ the relative risk aversion (a growth-optimal investor has 1).
/// - Source: Markowitz (1952), *Portfolio Selection*, J. Finance 7(1).
public struct MeanVariance: AllocationRule {
  /// The rule's name in reports.
  public let name = "mean–variance"
  /// μ, the expected returns of the assets.
  public let expectedReturns: [Double]
  /// γ; positive.
  public let riskAversion: Double
  /// The bounds of the weights; `nil` for `0 ≤ w ≤ 1`.
  public let bounds: SimplexBounds?

  /// The rule.
  public init(expectedReturns: [Double], riskAversion: Double, bounds: SimplexBounds? = nil) {
    check(riskAversion > 0, "MeanVariance: risk aversion \(riskAversion); expected > 0")
    check(
      expectedReturns.allSatisfy { $0.isFinite },
      "MeanVariance: expected returns \(expectedReturns)"
    )
    self.expectedReturns = expectedReturns
    self.riskAversion = riskAversion
    self.bounds = bounds
  }

  /// The weights; throws an ``AllocationError``.
  public func weights(covariance: Matrix) throws(AllocationError) -> [Double] {
    let n = covariance.rows
    check(expectedReturns.count == n, "MeanVariance: \(expectedReturns.count) returns for \(n)")
    let (scaled, variance) = try PortfolioProgram.scaled(covariance, rule: name)
    let (lower, upper) = PortfolioProgram.limits(bounds, count: n, rule: name)
    // A common part of all returns changes nothing but the size of the numbers.
    let mean = Measures.mean(expectedReturns)
    let linear = expectedReturns.map { -($0 - mean) / (riskAversion * variance) }
    return try PortfolioProgram.fullyInvested(
      quadratic: scaled, linear: linear, lower: lower, upper: upper, rule: name)
  }
}
