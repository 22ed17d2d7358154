import Autodiff
import Finance
import Layers
import TestSupport
import Testing

@Suite struct ConstrainedRiskBudgetTests {
  @Test(arguments: ConstrainedRiskBudgetSolver.Definition.allCases)
  func gradientsMatchDifferences(definition: ConstrainedRiskBudgetSolver.Definition) throws {
    var constraints = WeightConstraints(count: 4, upper: [0.3, 1, 1, 1])
    constraints.groups = [.init(name: "last", members: [2, 3], minimum: 0.5)]
    constraints.previousWeights = [0, 0, 0, 0]
    constraints.turnoverLimit = 0.3
    let solver = ConstrainedRiskBudgetSolver(
      definition: definition, base: RiskBudgetSolver(roundingUnit: Double(Scalar.ulpOfOne)))
    let layer = ConstrainedRiskBudget(constraints: constraints, solver: solver)
    // Σ = R Rᵀ + I, the same for both dates.
    let root = randomTensor([4, 4], seed: 4, scale: 0.4)
    let identity = Tensor(
      converting: (0..<16).map { $0 % 5 == 0 ? 1 : 0 }, shape: [4, 4])
    var swap = Tensor(repeating: 0, shape: [16, 16])
    for i in 0..<4 { for j in 0..<4 { swap.elements[(i * 4 + j) * 16 + j * 4 + i] = 1 } }
    let transposition = swap
    let budgets = Tensor(
      converting: [0.3, 0.2, 0.3, 0.2, 0.1, 0.4, 0.3, 0.2], shape: [2, 4])
    let previous = Tensor(
      converting: [0.4, 0.1, 0.25, 0.25, 0.2, 0.35, 0.2, 0.25], shape: [2, 4])
    try expectGradients(of: [root, budgets, previous]) { x in
      let tape = x[0].tape
      let transposed = matmul(x[0].reshaped(to: [1, 16]), tape.constant(transposition))
      let sigma = matmul(x[0], transposed.reshaped(to: [4, 4])) + tape.constant(identity)
      let both = matmul(
        tape.constant(Tensor(repeating: 1, shape: [2, 1])), sigma.reshaped(to: [1, 16]))
      return try layer(
        covariances: both.reshaped(to: [2, 4, 4]), budgets: x[1], previousWeights: x[2]
      ).weights
    }
  }

  @Test func aDateWithConflictingConstraintsIsNamed() {
    let tape = Tape()
    let sigma = tape.constant(Tensor([1, 0, 0, 1, 1, 0, 0, 1], shape: [2, 2, 2]))
    let budgets = tape.constant(Tensor([1, 1, 1, 1], shape: [2, 2]))
    let previous = tape.constant(Tensor([0.5, 0.5, 1, 0], shape: [2, 2]))
    let constraints = WeightConstraints(
      count: 2, upper: [0.6, 1], previousWeights: [0, 0], turnoverLimit: 0.2)
    let error = #expect(throws: DatedError.self) {
      try ConstrainedRiskBudget(constraints: constraints)(
        covariances: sigma, budgets: budgets, previousWeights: previous)
    }
    #expect(error?.date == 1 && error?.underlying is ConstrainedRiskBudgetError)
  }
}
