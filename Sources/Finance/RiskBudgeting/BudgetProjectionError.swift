/// Why there are no budgets within bounds.
public enum BudgetProjectionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A bound is NaN or infinite where it must not be.
  case invalidBound(WeightConstraint, value: Double)
  /// A budget to be projected is NaN, infinite or larger than ``largestBudget`` in magnitude.
  case invalidBudget(asset: Int, value: Double)
  /// No budgets that sum to one meet the named bounds together.
  case infeasible([WeightConstraint])
  /// The search ended without an answer.
  case notConverged(changes: Int)

  /// The largest magnitude of a budget: shares are lost to rounding beside larger ones.
  public static let largestBudget = 1e6

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .invalidBound(let constraint, let value):
      "budget projection: \(constraint) is \(value); it must be a number."
    case .invalidBudget(let asset, let value):
      "budget projection: the budget of asset \(asset) is \(value); it must be a number of at most "
        + "\(Self.largestBudget) in magnitude."
    case .infeasible(let constraints):
      "budget projection: no budgets that sum to 1 meet "
        + constraints.map(\.description).joined(separator: ", ")
        + (constraints.count > 1 ? " together" : "") + ". Relax one of them."
    case .notConverged(let changes):
      "budget projection: the active bounds did not settle in \(changes) changes; remove bounds "
        + "that repeat each other."
    }
  }
}
