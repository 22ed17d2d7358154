internal import KernelInterface
internal import Kernels

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
  /// semidefiniteness, if it is to be certified, is by a Cholesky factorisation of
  /// `C + ½·tolerance·I`, which costs m³/3 and cannot overlook a negative eigenvalue beyond the
  /// tolerance (its own rounding errors are smaller); only when it fails are the eigenvalues computed
  /// and the case decided by them.
  ///
  /// Shapes: `covariance` `[n, n]`, `selector` `[n]`; padded for `n` assets: `volatilities`,
  /// `workVector`, `correlations` and `work`. Returns `m`; `C` is padded for `m` assets.
  package static func extract(
    count n: Int, covariance: UnsafePointer<Double>, selector: UnsafePointer<Double>,
    roundingUnit: Double, certifies: Bool = true, volatilities: UnsafeMutablePointer<Double>,
    correlations: UnsafeMutablePointer<Double>, work: UnsafeMutablePointer<Double>,
    workVector: UnsafeMutablePointer<Double>
  ) throws(CovarianceError) -> Int {
    var m = 0
    for i in 0..<n where selector[i] > 0 {
      let variance = covariance[i * n + i]
      guard variance.isFinite else {
        throw .notFinite(row: i, column: i, value: variance)
      }
      guard variance > 0 else { throw .nonPositiveVariance(asset: i, value: variance) }
      volatilities[m] = variance.squareRoot()
      workVector[m] = 1 / volatilities[m]
      m += 1
    }
    let stride = (m + 7) & ~7
    let tolerance = eigenvalueTolerance(count: m, roundingUnit: roundingUnit)
    var source = covariance
    if m < n {
      var k = 0
      for i in 0..<n where selector[i] > 0 {
        for j in 0..<n where selector[j] > 0 {
          work[k] = covariance[i * n + j]
          k += 1
        }
      }
      source = UnsafePointer(work)
    }
    guard
      linearAlgebra.scaleSymmetric(
        count: m, source, scale: workVector, tolerance: tolerance, stride: stride,
        into: correlations)
    else {
      throw fault(count: n, covariance: covariance, selector: selector, tolerance: tolerance)
    }
    guard certifies else { return m }
    for k in 0..<stride { workVector[k] = 1 }
    linearAlgebra.scaleAndShift(
      count: m, stride: stride, correlations, scale: workVector, shift: 0.5 * tolerance, into: work)
    if linearAlgebra.factorPadded(count: m, stride: stride, work, floor: 0) >= 0 {
      let smallest = smallestEigenvalue(count: m, stride: stride, matrix: correlations)
      guard smallest >= -tolerance else {
        throw .indefinite(
          smallestEigenvalue: smallestEigenvalue(
            count: m, stride: stride, matrix: correlations, scale: volatilities),
          smallestCorrelationEigenvalue: smallest)
      }
    }
    return m
  }

  /// The volatilities of a matrix that is found to be a covariance in double precision.
  static func volatilities(covariance: Matrix) throws(CovarianceError) -> [Double] {
    let n = covariance.rows
    let stride = (n + 7) & ~7
    var volatilities = [Double](repeating: 0, count: stride)
    var workVector = volatilities
    var correlations = [Double](repeating: 0, count: stride * stride)
    var work = correlations
    _ = try extract(
      count: n, covariance: covariance.elements, selector: [Double](repeating: 1, count: n),
      roundingUnit: Double.ulpOfOne, volatilities: &volatilities, correlations: &correlations,
      work: &work, workVector: &workVector)
    return Array(volatilities[..<n])
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
    count m: Int, stride: Int, matrix: UnsafePointer<Double>, scale: UnsafePointer<Double>? = nil
  ) -> Double {
    var copy = Matrix(rows: m, columns: m)
    for i in 0..<m {
      for j in 0..<m {
        copy[i, j] = matrix[i * stride + j] * (scale?[i] ?? 1) * (scale?[j] ?? 1)
      }
    }
    // Correlations beyond any sense (1e200) may overflow; the answer is then as good as −∞.
    guard copy.elements.allSatisfy(\.isFinite) else { return -.infinity }
    return SymmetricEigen(copy).values.first ?? 0
  }
}
