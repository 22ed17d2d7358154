/// A covariance as factors and specific risks: `Σ = B Φ Bᵀ + diag(d)`.
///
/// - Shapes: B `[N, K]`, Φ `[K]` (diagonal: the factors are uncorrelated), d `[N]`.
public struct PrincipalComponents: Sendable, Hashable {
  /// B, the loadings of assets on factors.
  public let loadings: Matrix
  /// The diagonal of Φ, the variances of the factors, the largest first.
  public let factorVariances: [Double]
  /// d, the specific variances, ≥ 0.
  public let specificVariances: [Double]

  /// `B Φ Bᵀ + diag(d)`, symmetric.
  public var covariance: Matrix {
    let n = specificVariances.count
    var result = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in i..<n {
        var sum = i == j ? specificVariances[i] : 0
        for (k, variance) in factorVariances.enumerated() {
          sum += loadings[i, k] * variance * loadings[j, k]
        }
        result[i, j] = sum
        result[j, i] = sum
      }
    }
    return result
  }
}
