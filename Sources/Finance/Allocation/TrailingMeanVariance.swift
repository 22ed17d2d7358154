internal import Autodiff

/// ``MeanVariance`` with the mean excess returns of the last rows as its expectations.
public struct TrailingMeanVariance: DecisionRule {
  /// The rule's name in reports.
  public let name = "mean–variance"
  /// The rows that expected returns are means of.
  public let window: Int
  /// γ of ``MeanVariance``; positive.
  public let riskAversion: Double
  /// The bounds of the weights; `nil` for `0 ≤ w ≤ 1`.
  public let bounds: SimplexBounds?

  /// The rule.
  public init(window: Int, riskAversion: Double, bounds: SimplexBounds? = nil) {
    check(window >= 1, "TrailingMeanVariance: window \(window); expected at least 1 row")
    self.window = window
    self.riskAversion = riskAversion
    self.bounds = bounds
  }

  /// The rows of returns that the rule reads: the window.
  public var requiredRows: Int { window }

  /// The weights; throws an ``AllocationError``.
  public func weights(at point: DecisionPoint) throws(AllocationError) -> [Double] {
    try MeanVariance(
      expectedReturns: point.meanExcessReturns(last: window), riskAversion: riskAversion,
      bounds: bounds
    ).weights(covariance: point.covariance)
  }

  /// The rule within the bounds of some of the assets.
  public func restricted(to assets: [Int]) throws -> any DecisionRule {
    TrailingMeanVariance(
      window: window, riskAversion: riskAversion, bounds: try bounds?.restricted(to: assets))
  }
}
