/// Why a matrix of a batch has no factorisation, or a triangle no inverse.
///
/// Matrices of a batch are numbered from 0 in the order of memory, rows and pivots from 0.
public enum FactorizationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A pivot of the Cholesky factorisation is not a positive number.
  case notPositiveDefinite(operation: String, batch: Int, pivot: Int, value: Double)
  /// An element of a triangle's diagonal is zero or not a number.
  case singularTriangle(operation: String, batch: Int, row: Int, value: Double)

  /// The number of the matrix in its batch.
  public var batch: Int {
    switch self {
    case .notPositiveDefinite(_, let batch, _, _), .singularTriangle(_, let batch, _, _): batch
    }
  }

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .notPositiveDefinite(let operation, let batch, let pivot, let value):
      "\(operation): matrix \(batch) of the batch is not positive definite: pivot \(pivot) is "
        + "\(value), not a positive number. Look for missing values and duplicate rows, or add a "
        + "small multiple of the identity."
    case .singularTriangle(let operation, let batch, let row, let value):
      "\(operation): triangle \(batch) of the batch is singular: diagonal element \(row) is "
        + "\(value). Keep the diagonal away from zero, as by a softplus."
    }
  }
}
