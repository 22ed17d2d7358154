/// Why a matrix was refused as a covariance.
///
/// Assets are numbered from 0 in the order of the matrix's rows.
public enum CovarianceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An element is NaN or infinite.
  case notFinite(row: Int, column: Int, value: Double)
  /// Two mirrored elements differ by more than rounding.
  case asymmetric(row: Int, column: Int, value: Double, mirrored: Double)
  /// A variance is zero or negative.
  case nonPositiveVariance(asset: Int, value: Double)
  /// An eigenvalue is negative beyond rounding; those of the covariance and of its correlation
  /// matrix always share their signs, and the latter is free of units.
  case indefinite(smallestEigenvalue: Double, smallestCorrelationEigenvalue: Double)

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .notFinite(let row, let column, let value):
      "covariance[\(row), \(column)] is \(value); every element must be a finite number. "
        + "Look for missing prices in assets \(row) and \(column), or exclude them."
    case .asymmetric(let row, let column, let value, let mirrored):
      "covariance[\(row), \(column)] is \(value) but covariance[\(column), \(row)] is \(mirrored); "
        + "a covariance is symmetric. Average the matrix with its transpose if this is rounding."
    case .nonPositiveVariance(let asset, let value):
      "the variance of asset \(asset) is \(value); it must be positive. "
        + "Exclude the asset (constant prices?)."
    case .indefinite(let smallest, let correlation):
      "the covariance is indefinite: its smallest eigenvalue is \(smallest) "
        + "(\(correlation) for the correlation matrix); none may be negative. "
        + "Use the nearest positive semidefinite matrix or shrink towards the diagonal."
    }
  }
}
