internal import Autodiff

/// Equal risk contributions: risk budgeting with equal budgets.
///
/// - Source: Maillard, Roncalli & Teïletche (2010), *The Properties of Equally Weighted Risk
///   Contribution Portfolios*, Journal of Portfolio Management 36(4).
public struct RiskParity: AllocationRule {
  /// The rule's name in reports.
  public let name = "risk parity"
  /// The solver.
  public let solver: RiskBudgetSolver

  /// The rule.
  public init(solver: RiskBudgetSolver = RiskBudgetSolver()) { self.solver = solver }

  /// The weights; throws what ``RiskBudgetSolver`` throws.
  public func weights(covariance: Matrix) throws(RiskBudgetError) -> [Double] {
    let n = covariance.rows
    check(n > 0 && covariance.columns == n, "RiskParity: \(n) × \(covariance.columns)")
    let budgets = [Double](repeating: 1 / Double(n), count: n)
    return try solver.solve(covariance: covariance, budgets: budgets).weights
  }
}
