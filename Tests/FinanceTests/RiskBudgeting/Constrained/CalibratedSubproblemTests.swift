import Finance
import Testing

@Suite struct CalibratedSubproblemTests {
  /// ADMM ends at the exact solver's weights, and the residual is zero there only.
  @Test(arguments: [false, true])
  func alternatingDirectionsReachTheExactWeights(groups: Bool) throws {
    let n = 8
    let problem = RandomProblem(count: n, seed: 11)
    let sum = problem.budgets.reduce(0, +)
    let budgets = problem.budgets.map { 0.5 * $0 / sum + 0.5 / Double(n) }
    let constraints = WeightConstraints(
      count: n, lower: [Double](repeating: 0.04, count: n),
      upper: [Double](repeating: 0.2, count: n),
      groups: groups ? [.init(name: "half", members: [0, 1, 2, 3], minimum: 0.55)] : [])
    let exact = try ConstrainedRiskBudgetSolver(definition: .calibrated).solve(
      covariance: problem.covariance, budgets: budgets, constraints: constraints)
    #expect(!exact.multipliers.isEmpty)
    let subproblem = try CalibratedSubproblem(
      covariance: problem.covariance, budgets: budgets, constraints: constraints)
    // The projection on several sets ends within 1e-9.
    #expect(subproblem.residual(exact.weights) < 1e-9)
    #expect(subproblem.residual(subproblem.start) > 1e-3)
    let found = try #require(subproblem.alternatingDirections(tolerance: 1e-9))
    #expect(distance(found.x, exact.weights) < 1e-7)
    #expect(subproblem.residual(found.x) <= 1e-9)
  }
}
