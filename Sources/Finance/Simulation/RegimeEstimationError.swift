/// Why regimes were not found.
public enum RegimeEstimationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Fewer rows than can tell regimes apart.
  case tooFewRows(rows: Int, needed: Int)
  /// A return is NaN or infinite.
  case notFinite(row: Int, value: Double)
  /// A regime lost all its rows, or its covariance became singular.
  case collapsed
  /// The likelihood still rises.
  case notConverged(iterations: Int, gain: Double)

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .tooFewRows(let rows, let needed):
      "regimes: \(rows) rows of returns; expected at least \(needed)"
    case .notFinite(let row, let value):
      "regimes: the return of row \(row) is \(value); returns must be finite"
    case .collapsed:
      "regimes: one of them lost its rows or has a singular covariance; ask for fewer, or drop assets "
        + "that others make up"
    case .notConverged(let iterations, let gain):
      "regimes: after \(iterations) iterations the log-likelihood still rises by \(gain); ask for fewer"
    }
  }
}
