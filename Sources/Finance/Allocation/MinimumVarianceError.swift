/// Why a minimum-variance portfolio was not found.
public enum MinimumVarianceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The covariance is not one.
  case covariance(CovarianceError)
  /// The active set did not settle; `violation` is the largest violation of the optimality
  /// conditions, relative to the gradient.
  case notConverged(iterations: Int, violation: Double)

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .covariance(let error):
      "minimum variance: \(error)"
    case .notConverged(let iterations, let violation):
      "minimum variance: the active set did not settle in \(iterations) iterations; the optimality "
        + "conditions are violated by \(violation). Shrink the covariance towards its diagonal."
    }
  }
}
