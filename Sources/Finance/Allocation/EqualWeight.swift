internal import Autodiff

/// The same weight for every asset, `wᵢ = 1 / N`.
///
/// - Source: DeMiguel, Garlappi & Uppal (2009), *Optimal Versus Naive Diversification*, Review of
///   Financial Studies 22(5).
public struct EqualWeight: AllocationRule {
  /// The rule's name in reports.
  public let name = "equal weight"

  /// The rule.
  public init() {}

  /// The weights; only the size of the covariance matters.
  public func weights(covariance: Matrix) -> [Double] {
    let n = covariance.rows
    check(n > 0 && covariance.columns == n, "EqualWeight: \(n) × \(covariance.columns)")
    return [Double](repeating: 1 / Double(n), count: n)
  }
}
