extension PrincipalComponentCovariance {
  /// The factors by the products of rows instead of columns: with fewer rows than assets both have the
  /// same eigenvalues but for zeros, and time and memory are linear in the assets.
  ///
  /// With the standardised returns Z `[T, N]`, `C = ZᵀZ / (T − 1)`; an eigenvector u of
  /// `ZZᵀ / (T − 1)` with eigenvalue λ > 0 gives that of C as `Zᵀu / √((T − 1) λ)`.
  func decompositionByRows(
    returns: UnsafeBufferPointer<Double>, assets n: Int
  ) -> FactorCovariance {
    let rows = window
    let means = CrossProducts.means(returns, rows: rows, assets: n)
    var z = (0..<rows * n).map { returns[$0] - means[$0 % n] }
    var volatilities = [Double](repeating: 0, count: n)
    for t in 0..<rows { for i in 0..<n { volatilities[i] += z[t * n + i] * z[t * n + i] } }
    for i in 0..<n { volatilities[i] = (volatilities[i] / Double(rows - 1)).squareRoot() }
    let scales = volatilities.map { $0 > 0 ? 1 / $0 : 0 }
    for t in 0..<rows { for i in 0..<n { z[t * n + i] *= scales[i] } }
    var products = Matrix(rows: rows, columns: rows)
    for t in 0..<rows {
      for s in t..<rows {
        var sum = 0.0
        for i in 0..<n { sum += z[t * n + i] * z[s * n + i] }
        products[t, s] = sum / Double(rows - 1)
      }
    }
    let eigen = SymmetricEigen(products)
    let count = min(factors, n)
    var loadings = Matrix(rows: n, columns: count)
    var variances = Matrix(rows: count, columns: count)
    var explained = [Double](repeating: 0, count: n)
    for k in 0..<min(count, rows) {
      let value = max(eigen.values[rows - 1 - k], 0)
      variances[k, k] = value
      // A component without variance has no direction; its loadings stay zero.
      guard value > 1e-12 * eigen.values[rows - 1] else { continue }
      let scale = 1 / (Double(rows - 1) * value).squareRoot()
      for i in 0..<n {
        var sum = 0.0
        for t in 0..<rows { sum += z[t * n + i] * eigen.vectors[t, rows - 1 - k] }
        loadings[i, k] = volatilities[i] * sum * scale
        explained[i] += value * sum * scale * sum * scale
      }
    }
    return FactorCovariance(
      loadings: loadings, factors: variances,
      idiosyncratic: (0..<n).map {
        volatilities[$0] * volatilities[$0] * max(0, 1 - explained[$0])
      })
  }
}
