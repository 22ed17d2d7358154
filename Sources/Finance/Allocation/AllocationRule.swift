/// A rule that makes a portfolio of a covariance alone: the baselines a trained policy must beat.
///
/// Every rule returns long-only weights `[N]` that sum to one, and throws where the covariance is
/// not one or the rule has no answer.
public protocol AllocationRule: Sendable {
  /// The rule's name in reports.
  var name: String { get }

  /// The weights `[N]` under a covariance `[N, N]` of simple returns per period.
  func weights(covariance: Matrix) throws -> [Double]
}
