/// The portfolio of the largest diversification ratio, `max σᵀw / √(wᵀΣw)` over `Σw = 1`, `l ≤ w ≤ c`;
/// long-only by default.
///
/// - Source: Choueifaty & Coignard (2008), *Toward Maximum Diversification*, J. Portfolio Management
///   35(1).
public struct MaximumDiversification: AllocationRule {
  /// The rule's name in reports.
  public let name = "maximum diversification"
  /// The bounds of the weights; `nil` for `0 ≤ w ≤ 1`.
  public let bounds: SimplexBounds?

  /// The rule.
  public init(bounds: SimplexBounds? = nil) { self.bounds = bounds }

  /// The weights; throws an ``AllocationError``.
  public func weights(covariance: Matrix) throws(AllocationError) -> [Double] {
    let n = covariance.rows
    let (scaled, _) = try PortfolioProgram.scaled(covariance, rule: name)
    let (lower, upper) = PortfolioProgram.limits(bounds, count: n, rule: name)
    return try PortfolioProgram.largestRatio(
      of: (0..<n).map { scaled[$0, $0].squareRoot() }, covariance: scaled, lower: lower,
      upper: upper, rule: name)
  }

  /// The rule within the bounds of some of the assets.
  public func restricted(to assets: [Int]) throws -> any DecisionRule {
    MaximumDiversification(bounds: try bounds?.restricted(to: assets))
  }
}
