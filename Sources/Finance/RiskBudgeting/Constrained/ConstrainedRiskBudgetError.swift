/// Why a constrained risk-budgeting problem has no answer.
public enum ConstrainedRiskBudgetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The problem without its constraints has none.
  case riskBudget(RiskBudgetError)
  /// A bound is NaN or infinite where it must not be.
  case invalidBound(WeightConstraint, value: Double)
  /// No weights meet the named constraints together; `violation` is the smallest sum of violations.
  case infeasible([WeightConstraint], violation: Double)
  /// An asset without a budget is not held, but its lower bound wants it held.
  case excludedAsset(asset: Int, lower: Double)
  /// The iteration ended without an answer.
  case notConverged(iterations: Int, violation: Double)

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .riskBudget(let error): error.description
    case .invalidBound(let constraint, let value):
      "constrained risk budgeting: \(constraint) is \(value); it must be a number."
    case .infeasible(let constraints, let violation):
      "constrained risk budgeting: no weights that sum to 1 meet "
        + constraints.map(\.description).joined(separator: ", ")
        + " together; the violations sum to at least \(violation). Relax one of them."
    case .excludedAsset(let asset, let lower):
      "constrained risk budgeting: asset \(asset) has a budget of 0 but must be held at \(lower) "
        + "or more; give it a budget or drop its lower bound."
    case .notConverged(let iterations, let violation):
      "constrained risk budgeting: the active constraints did not settle in \(iterations) "
        + "iterations; the optimality conditions are violated by \(violation). Shrink the "
        + "covariance towards its diagonal, or remove constraints that repeat each other."
    }
  }
}
