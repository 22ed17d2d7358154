internal import Autodiff

/// A covariance of `N` assets that is moved by `K` factors, `Σ = B Φ Bᵀ + diag(d)`.
///
/// - Shapes: `loadings` B `[N, K]`, `factors` Φ `[K, K]`, `idiosyncratic` d `[N]`.
/// - Units: of simple returns per period; `d` are variances.
public struct FactorCovariance: Sendable, Hashable {
  /// The sensitivities `B` `[N, K]` of the assets to the factors.
  public var loadings: Matrix
  /// The covariance `Φ` `[K, K]` of the factors, positive semidefinite.
  public var factors: Matrix
  /// The variances `d` `[N]` of what the factors leave, zero or more.
  public var idiosyncratic: [Double]

  /// The number of assets.
  public var count: Int { idiosyncratic.count }

  /// A factor covariance.
  public init(loadings: Matrix, factors: Matrix, idiosyncratic: [Double]) {
    let (n, k) = (loadings.rows, loadings.columns)
    check(
      factors.rows == k && factors.columns == k && idiosyncratic.count == n,
      "FactorCovariance: loadings \(n) × \(k), factors \(factors.rows) × \(factors.columns), "
        + "\(idiosyncratic.count) idiosyncratic variances")
    self.loadings = loadings
    self.factors = factors
    self.idiosyncratic = idiosyncratic
  }

  /// `Σ` as a dense matrix `[N, N]`: for reports and tests.
  public var dense: Matrix {
    let (n, k) = (count, factors.rows)
    var moved = Matrix(rows: n, columns: k)
    var matrix = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for a in 0..<k {
        for b in 0..<k { moved[i, a] += loadings[i, b] * factors[b, a] }
      }
    }
    for i in 0..<n {
      for j in i..<n {
        var sum = i == j ? idiosyncratic[i] : 0
        for a in 0..<k { sum += moved[i, a] * loadings[j, a] }
        matrix[i, j] = sum
        matrix[j, i] = sum
      }
    }
    return matrix
  }
}
