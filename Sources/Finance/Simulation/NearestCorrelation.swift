internal import Autodiff

/// The correlation matrix nearest to a symmetric matrix, in the sum of squares.
///
/// Alternating projections on the positive semidefinite matrices and on those with a unit diagonal, the
/// first with Dykstra's correction. Linear convergence: for the small matrices of scenarios.
///
/// - Source: Higham (2002), *Computing the Nearest Correlation Matrix*, IMA J. Numerical Analysis 22.
package func nearestCorrelation(
  to matrix: Matrix, floor: Double = 0, tolerance: Double = 1e-12
) -> Matrix {
  let n = matrix.rows
  check(matrix.columns == n, "nearestCorrelation: \(n) × \(matrix.columns)")
  var y = matrix
  var correction = Matrix(rows: n, columns: n)
  for _ in 0..<10_000 {
    var shifted = y
    for index in shifted.elements.indices { shifted.elements[index] -= correction.elements[index] }
    let eigen = SymmetricEigen(shifted)
    var projected = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in i..<n {
        var sum = 0.0
        for k in 0..<n {
          sum += max(floor, eigen.values[k]) * eigen.vectors[i, k] * eigen.vectors[j, k]
        }
        projected[i, j] = sum
        projected[j, i] = sum
      }
    }
    var change = 0.0
    for i in 0..<n {
      for j in 0..<n {
        correction[i, j] = projected[i, j] - shifted[i, j]
        let value = i == j ? 1 : projected[i, j]
        change = max(change, (value - y[i, j]).magnitude)
        y[i, j] = value
      }
    }
    if change <= tolerance { break }
  }
  return y
}
