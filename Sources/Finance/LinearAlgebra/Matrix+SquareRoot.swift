internal import Autodiff

extension Matrix {
  /// `V √Λ`, a factor F of a covariance `F Fᵀ` that exists however singular it is.
  ///
  /// A matrix that is not positive semidefinite stops the program.
  var squareRoot: Matrix {
    let eigen = SymmetricEigen(self)
    var result = eigen.vectors
    let largest = eigen.values.last ?? 0
    for (j, value) in eigen.values.enumerated() {
      check(value >= -1e-12 * largest, "covariance: the eigenvalue \(value) is negative")
      for i in 0..<result.rows { result[i, j] *= max(0, value).squareRoot() }
    }
    return result
  }
}
