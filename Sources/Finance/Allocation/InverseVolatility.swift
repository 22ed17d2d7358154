internal import Autodiff

/// Weights in inverse proportion to volatility, `wᵢ ∝ 1 / √Σᵢᵢ`.
///
/// Equal risk contributions if all correlations are equal.
public struct InverseVolatility: AllocationRule {
  /// The rule's name in reports.
  public let name = "inverse volatility"

  /// The rule.
  public init() {}

  /// The weights; only the diagonal of the covariance matters.
  public func weights(covariance: Matrix) throws(CovarianceError) -> [Double] {
    let n = covariance.rows
    check(n > 0 && covariance.columns == n, "InverseVolatility: \(n) × \(covariance.columns)")
    var weights: [Double] = []
    var total = 0.0
    for i in 0..<n {
      let variance = covariance[i, i]
      guard variance.isFinite else { throw .notFinite(row: i, column: i, value: variance) }
      guard variance > 0 else { throw .nonPositiveVariance(asset: i, value: variance) }
      weights.append(1 / variance.squareRoot())
      total += weights[i]
    }
    return weights.map { $0 / total }
  }
}
