/// Why an allocation rule has no portfolio.
public enum AllocationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The covariance is not one.
  case covariance(rule: String, CovarianceError)
  /// No portfolio within the bounds has a positive expected excess return.
  case noExcessReturn(rule: String, best: Double)
  /// Portfolios without risk: the ratio to be maximised has no bound.
  case noRisk(rule: String)
  /// The interior-point method did not reach its tolerance.
  case notConverged(rule: String, iterations: Int, residual: Double, gap: Double)
  /// The rule holds an asset that is not in the universe.
  case notAvailable(rule: String, asset: Int, weight: Double)
  /// A rule within the rule failed.
  case inner(rule: String, reason: String)

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .covariance(let rule, let error): "\(rule): \(error)"
    case .noExcessReturn(let rule, let best):
      "\(rule): the best expected excess return within the bounds is \(best); it must be positive. "
        + "Check the expected returns, or hold cash."
    case .noRisk(let rule):
      "\(rule): a portfolio within the bounds has no risk at all, so its ratio is infinite. "
        + "Shrink the covariance towards its diagonal."
    case .notConverged(let rule, let iterations, let residual, let gap):
      "\(rule): the interior-point method stopped after \(iterations) iterations with the residual "
        + "\(residual) and the gap \(gap); expected 1e-11. "
        + "Shrink the covariance, or bring scenarios to a similar scale."
    case .notAvailable(let rule, let asset, let weight):
      "\(rule): holds \(weight) in asset \(asset), which has not enough history yet. "
        + "Start later, or leave the asset out."
    case .inner(let rule, let reason): "\(rule): \(reason)"
    }
  }
}
