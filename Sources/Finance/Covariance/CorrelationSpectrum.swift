/// Volatilities and the spectrum of the sample correlations of a window of returns.
///
/// Sample covariance, demeaned, divisor T − 1. An asset that never moves has volatility 0 and counts as
/// uncorrelated.
struct CorrelationSpectrum {
  let volatilities: [Double]
  /// Of the correlation matrix, ascending.
  let eigen: SymmetricEigen

  init(returns: UnsafeBufferPointer<Double>, rows: Int, assets n: Int) {
    var correlations = Matrix(rows: n, columns: n)
    correlations.elements.withUnsafeMutableBufferPointer {
      CrossProducts.accumulate(
        returns, assets: n, centre: CrossProducts.means(returns, rows: rows, assets: n),
        weights: [Double](repeating: 1, count: rows), scale: 1 / Double(rows - 1), into: $0)
    }
    let volatilities = (0..<n).map { correlations[$0, $0].squareRoot() }
    for i in 0..<n {
      for j in 0..<n where i != j {
        let product = volatilities[i] * volatilities[j]
        correlations[i, j] = product > 0 ? correlations[i, j] / product : 0
      }
      correlations[i, i] = 1
    }
    self.volatilities = volatilities
    eigen = SymmetricEigen(correlations)
  }

  /// `Σ_k λ_k v_k v_kᵀ` over some of the eigenvectors, with other eigenvalues than their own.
  func combination(_ indices: Range<Int>, values: [Double]) -> Matrix {
    let n = volatilities.count
    let vectors = eigen.vectors
    var result = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in i..<n {
        var sum = 0.0
        for k in indices { sum += values[k] * vectors[i, k] * vectors[j, k] }
        result[i, j] = sum
        result[j, i] = sum
      }
    }
    return result
  }
}
