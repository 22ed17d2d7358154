/// Splits a covariance into volatilities and correlations, `Σ = diag(σ) C diag(σ)`, and refuses
/// what is not a covariance.
///
/// Everything after this works on `C`, whose entries are of size one whatever the volatilities.
package enum CorrelationForm {
  /// How far below zero an eigenvalue of `C` may lie, when the entries of the covariance carry
  /// relative errors of about `roundingUnit`: twice the ridge of the certificate in ``extract``.
  package static func eigenvalueTolerance(count: Int, roundingUnit: Double) -> Double {
    16 * Double(count) * roundingUnit
  }

  /// Reads the covariance of the assets with a positive `selector` into `σ` `[m]` and `C` `[m, m]`.
  ///
  /// Rows and columns of other assets are never looked at. `C` is the symmetric part. Positive
  /// semidefiniteness is certified by a Cholesky factorisation of `C + ½·tolerance·I`, which costs
  /// m³/3 and cannot overlook a negative eigenvalue beyond the tolerance (its own rounding errors
  /// are smaller); only when it fails are the eigenvalues computed and the case decided by them.
  ///
  /// Shapes: `covariance` `[n, n]`, `selector` `[n]`, `work` `[m, m]`. Returns `m`.
  package static func extract(
    count n: Int, covariance: UnsafePointer<Double>, selector: UnsafePointer<Double>,
    roundingUnit: Double, volatilities: UnsafeMutablePointer<Double>,
    correlations: UnsafeMutablePointer<Double>, work: UnsafeMutablePointer<Double>
  ) throws(CovarianceError) -> Int {
    var m = 0
    for i in 0..<n where selector[i] > 0 {
      let variance = covariance[i * n + i]
      guard variance.isFinite else {
        throw .notFinite(row: i, column: i, value: variance)
      }
      guard variance > 0 else { throw .nonPositiveVariance(asset: i, value: variance) }
      volatilities[m] = variance.squareRoot()
      m += 1
    }
    let inverse = work  // reciprocal volatilities, until the certificate needs the space
    for k in 0..<m { inverse[k] = 1 / volatilities[k] }
    let tolerance = eigenvalueTolerance(count: m, roundingUnit: roundingUnit)
    var sound = true
    var p = 0
    for i in 0..<n where selector[i] > 0 {
      correlations[p * m + p] = 1
      var q = p + 1
      for j in i + 1..<max(i + 1, n) where selector[j] > 0 {
        let upper = covariance[i * n + j] * inverse[p] * inverse[q]
        let lower = covariance[j * n + i] * inverse[p] * inverse[q]
        // False for NaN and infinities too; the slow path finds out which.
        sound = sound && (upper - lower).magnitude <= tolerance
        let value = 0.5 * (upper + lower)
        correlations[p * m + q] = value
        correlations[q * m + p] = value
        q += 1
      }
      p += 1
    }
    guard sound else {
      throw fault(count: n, covariance: covariance, selector: selector, tolerance: tolerance)
    }
    for k in 0..<m * m { work[k] = correlations[k] }
    for k in 0..<m { work[k * m + k] = 1 + 0.5 * tolerance }
    if Cholesky.factor(count: m, matrix: work) != nil {
      let smallest = smallestEigenvalue(count: m, matrix: correlations)
      guard smallest >= -tolerance else {
        throw .indefinite(
          smallestEigenvalue: smallestEigenvalue(
            count: m, matrix: correlations, scale: volatilities),
          smallestCorrelationEigenvalue: smallest)
      }
    }
    return m
  }

  /// Names the first entry that is not finite or not symmetric.
  private static func fault(
    count n: Int, covariance: UnsafePointer<Double>, selector: UnsafePointer<Double>,
    tolerance: Double
  ) -> CovarianceError {
    var largest = (row: 0, column: 0, gap: -1.0)
    for i in 0..<n where selector[i] > 0 {
      for j in 0..<n where selector[j] > 0 {
        let (value, mirrored) = (covariance[i * n + j], covariance[j * n + i])
        guard value.isFinite else { return .notFinite(row: i, column: j, value: value) }
        guard mirrored.isFinite else { return .notFinite(row: j, column: i, value: mirrored) }
        let scale = (covariance[i * n + i] * covariance[j * n + j]).squareRoot()
        let gap = (value - mirrored).magnitude / scale
        if gap > largest.gap { largest = (i, j, gap) }
      }
    }
    let (i, j) = (largest.row, largest.column)
    return .asymmetric(
      row: i, column: j, value: covariance[i * n + j], mirrored: covariance[j * n + i])
  }

  private static func smallestEigenvalue(
    count m: Int, matrix: UnsafePointer<Double>, scale: UnsafePointer<Double>? = nil
  ) -> Double {
    var copy = Matrix(rows: m, columns: m)
    for i in 0..<m {
      for j in 0..<m {
        copy[i, j] = matrix[i * m + j] * (scale?[i] ?? 1) * (scale?[j] ?? 1)
      }
    }
    // Correlations beyond any sense (1e200) may overflow; the answer is then as good as −∞.
    guard copy.elements.allSatisfy(\.isFinite) else { return -.infinity }
    return SymmetricEigen(copy).values.first ?? 0
  }
}
