/// A rule that makes a portfolio of a covariance alone.
///
/// Every rule returns long-only weights `[N]` that sum to one, and throws where the covariance is
/// not one or the rule has no answer.
public protocol AllocationRule: DecisionRule {
  /// The rule's name in reports.
  var name: String { get }

  /// The weights `[N]` under a covariance `[N, N]` of simple returns per period.
  func weights(covariance: Matrix) throws -> [Double]
}

extension AllocationRule {
  /// The rows of returns that the rule reads beside the covariance: none.
  public var requiredRows: Int { 0 }

  /// The weights under the covariance estimated at a point in time.
  public func weights(at point: DecisionPoint) throws -> [Double] {
    try weights(covariance: point.covariance)
  }
}
