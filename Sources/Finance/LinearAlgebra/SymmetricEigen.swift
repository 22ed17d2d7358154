internal import Autodiff

/// The eigenvalues and eigenvectors of a symmetric matrix, by cyclic Jacobi rotations.
///
/// `A = V diag(λ) Vᵀ` with `λ` ascending and orthonormal columns in `V`. The method is slow beside a
/// tridiagonal reduction (O(n³) per sweep, about ten sweeps) but short and accurate to a few units in
/// the last place of the largest eigenvalue, and all that reports and error messages need.
///
/// - Precondition: the matrix is square with finite elements; its upper triangle is read.
/// - Source: Golub & Van Loan (2013), *Matrix Computations*, §8.5.
public struct SymmetricEigen: Sendable, Hashable {
  /// The eigenvalues, ascending.
  public let values: [Double]
  /// The eigenvectors in columns, in the order of the eigenvalues.
  public let vectors: Matrix

  /// Decomposes a symmetric matrix.
  public init(_ matrix: Matrix) {
    let n = matrix.rows
    check(matrix.columns == n, "SymmetricEigen: \(n) × \(matrix.columns) is not square")
    check(
      matrix.elements.allSatisfy(\.isFinite), "SymmetricEigen: an element is not a finite number")
    var a = matrix.elements
    var v = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      v[i * n + i] = 1
      for j in 0..<i { a[i * n + j] = a[j * n + i] }
    }
    a.withUnsafeMutableBufferPointer { a in
      v.withUnsafeMutableBufferPointer { v in
        guard let a = a.baseAddress, let v = v.baseAddress else { return }
        Self.diagonalise(count: n, matrix: a, vectors: v)
      }
    }
    let order = (0..<n).sorted { (a[$0 * n + $0], $0) < (a[$1 * n + $1], $1) }
    values = order.map { a[$0 * n + $0] }
    // The rows of `v` are the eigenvectors: rotations then run along contiguous memory.
    var columns = Matrix(rows: n, columns: n)
    for (column, source) in order.enumerated() {
      for i in 0..<n { columns[i, column] = v[source * n + i] }
    }
    vectors = columns
  }

  /// Rotates until the off-diagonal part is nothing beside the diagonal, at most 60 sweeps.
  private static func diagonalise(
    count n: Int, matrix a: UnsafeMutablePointer<Double>, vectors v: UnsafeMutablePointer<Double>
  ) {
    for _ in 0..<60 {
      var rotated = false
      for p in 0..<n {
        for q in p + 1..<max(p + 1, n) {
          let apq = a[p * n + q]
          let (app, aqq) = (a[p * n + p], a[q * n + q])
          // Negligible beside both diagonal elements: dropping it moves no eigenvalue by an ulp.
          if apq.magnitude <= 0x1p-54 * min(app.magnitude, aqq.magnitude) || apq == 0 { continue }
          rotated = true
          let theta = (aqq - app) / (2 * apq)
          let t =
            theta.magnitude > 1e150
            ? 1 / (2 * theta)
            : (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          let (rowP, rowQ) = (a + p * n, a + q * n)
          for j in 0..<n {
            let (x, y) = (rowP[j], rowQ[j])
            rowP[j] = c * x - s * y
            rowQ[j] = s * x + c * y
          }
          for i in 0..<n {
            let row = a + i * n
            let (x, y) = (row[p], row[q])
            row[p] = c * x - s * y
            row[q] = s * x + c * y
          }
          rowP[q] = 0
          rowQ[p] = 0
          let (vectorP, vectorQ) = (v + p * n, v + q * n)
          for j in 0..<n {
            let (x, y) = (vectorP[j], vectorQ[j])
            vectorP[j] = c * x - s * y
            vectorQ[j] = s * x + c * y
          }
        }
      }
      if !rotated { return }
    }
  }
}
