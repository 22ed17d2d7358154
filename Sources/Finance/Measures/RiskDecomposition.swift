internal import Autodiff

/// Shares of a portfolio's variance, by Euler's theorem: by asset, or by orthogonal factor.
///
/// Source: Meucci (2009), *Managing Diversification*, Risk 22(5).
public enum RiskDecomposition {
  /// `w_i (Σw)_i / wᵀΣw`, which sum to one; NaN for a portfolio without risk.
  public static func byAsset(weights: [Double], covariance: Matrix) -> [Double] {
    let n = weights.count
    check(
      covariance.rows == n && covariance.columns == n,
      "RiskDecomposition: \(n) weights, covariance \(covariance.rows) × \(covariance.columns)")
    var shares = [Double](repeating: 0, count: n)
    var variance = 0.0
    for i in 0..<n {
      var marginal = 0.0
      for j in 0..<n { marginal += covariance[i, j] * weights[j] }
      shares[i] = weights[i] * marginal
      variance += shares[i]
    }
    return shares.map { variance > 0 ? $0 / variance : .nan }
  }

  /// By the principal components of the covariance, the one of the largest variance first:
  /// `λ_k (v_kᵀw)² / wᵀΣw`, never negative, which sum to one.
  ///
  /// Loadings are the eigenvectors `[component][asset]`, signed so that the largest is positive.
  public static func byPrincipalComponent(
    weights: [Double], covariance: Matrix
  ) -> (shares: [Double], loadings: [[Double]]) {
    let n = weights.count
    let eigen = SymmetricEigen(covariance)
    var shares: [Double] = []
    var loadings: [[Double]] = []
    for k in (0..<n).reversed() {
      var loading = eigen.vectors.column(k)
      let largest = loading.indices.max { loading[$0].magnitude < loading[$1].magnitude } ?? 0
      if loading[largest] < 0 { loading = loading.map { -$0 } }
      let exposure = zip(loading, weights).reduce(0) { $0 + $1.0 * $1.1 }
      shares.append(max(0, eigen.values[k]) * exposure * exposure)
      loadings.append(loading)
    }
    let variance = shares.reduce(0, +)
    return (shares.map { variance > 0 ? $0 / variance : .nan }, loadings)
  }
}
