import Autodiff
import Finance
import Testing

/// Solvers are given memory that holds anything: what it held must not matter.
@Suite struct RiskBudgetMemoryTests {
  private static func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }

  /// Weights and gradients with memory that was filled with `filling`.
  private static func dense(_ problem: RandomProblem, filling: Double) throws -> [[UInt64]] {
    let n = problem.count
    var generator = SplitMix64(seed: 3)
    let cotangent = generator.normals(n)
    var save = [Double](repeating: filling, count: RiskBudgetSolver.saveCount(n))
    var scratch = [Double](repeating: filling, count: RiskBudgetSolver.scratchCount(n))
    var weights = [Double](repeating: filling, count: n)
    _ = try RiskBudgetSolver().solve(
      count: n, covariance: problem.covariance.elements, budgets: problem.budgets, start: nil,
      weights: &weights, save: &save, scratch: &scratch)
    for k in scratch.indices { scratch[k] = filling }
    var byCovariance = [Double](repeating: 0, count: n * n)
    var byBudgets = [Double](repeating: 0, count: n)
    RiskBudgetSolver.backward(
      count: n, cotangent: cotangent, save: save, scratch: &scratch,
      covarianceGradient: &byCovariance, budgetGradient: &byBudgets)
    return [bits(weights), bits(byCovariance), bits(byBudgets)]
  }

  /// Ordinary budgets end with conjugate gradients, budgets over eleven decades with factorisations.
  @Test(arguments: 1..<20, [0.5, 11])
  func denseSolver(_ n: Int, budgetDecades: Double) throws {
    var problem = RandomProblem(count: n, seed: UInt64(n), budgetDecades: budgetDecades)
    for excludes in [false, true] where n > 2 || !excludes {
      if excludes { problem.budgets[1] = 0 }
      #expect(try Self.dense(problem, filling: .nan) == Self.dense(problem, filling: 0))
    }
  }

  private static func factors(_ n: Int, _ k: Int, filling: Double) throws -> [[UInt64]] {
    var generator = SplitMix64(seed: UInt64(n))
    let loadings = generator.normals(n * k).map { 0.8 + 0.3 * $0 }
    var factors = [Double](repeating: 0.1, count: k * k)
    for a in 0..<k { factors[a * k + a] = 1 }
    let idiosyncratic = (0..<n).map { _ in 0.5 + generator.uniform() }
    let (budgets, cotangent) = (
      (0..<n).map { _ in 0.1 + generator.uniform() }, generator.normals(n)
    )
    func memory(_ count: Int) -> [Double] { [Double](repeating: filling, count: count) }
    var save = memory(FactorRiskBudgetSolver.saveCount(n, factors: k))
    var scratch = memory(FactorRiskBudgetSolver.scratchCount(n, factors: k))
    var weights = memory(n)
    _ = try FactorRiskBudgetSolver().solve(
      count: n, factorCount: k, loadings: loadings, factors: factors,
      idiosyncratic: idiosyncratic, budgets: budgets, start: nil, weights: &weights, save: &save,
      scratch: &scratch)
    for i in scratch.indices { scratch[i] = filling }
    var gradients = [n * k, k * k, n, n].map { [Double](repeating: 0, count: $0) }
    var (a, b, c, d) = (gradients[0], gradients[1], gradients[2], gradients[3])
    FactorRiskBudgetSolver.backward(
      count: n, factorCount: k, loadings: loadings, factors: factors, cotangent: cotangent,
      save: save, scratch: &scratch, loadingsGradient: &a, factorsGradient: &b,
      idiosyncraticGradient: &c, budgetGradient: &d)
    gradients = [a, b, c, d]
    return ([weights] + gradients).map(bits)
  }

  @Test(arguments: [1, 5, 8, 13], [1, 3, 8, 10])
  func factorSolver(_ n: Int, _ k: Int) throws {
    #expect(try Self.factors(n, k, filling: .nan) == Self.factors(n, k, filling: 0))
  }
}
