import Autodiff
import Finance
import Layers
import TestSupport
import Testing

@Suite struct GatesTests {
  private static let states = randomTensor([4, 3, 2], seed: 1)

  @Test func gatesAreHardAtDecisionTime() {
    let (gate, start) = build { StochasticGate(width: 2, in: &$0) }
    var parameters = start
    // μ = ½ + h·(1, −1).
    parameters.values = [1, -1, 0]
    let value = parameterGradient(parameters) { tape, pass in
      gate(tape.constant(Self.states), in: &pass)
    }.value
    #expect(value.shape == [4, 3])
    for row in 0..<12 {
      let isOpen = Self.states.elements[2 * row] >= Self.states.elements[2 * row + 1]
      #expect(value.elements[row] == (isOpen ? 1 : 0))
    }
    // Untrained gates are open.
    #expect(
      parameterGradient(start) { gate($0.constant(Self.states), in: &$1) }
        .value.elements.allSatisfy { $0 == 1 })
  }

  @Test func gatesAreNoisyAndDifferentiableWhileTraining() {
    let (gate, parameters) = build { StochasticGate(width: 2, noise: 0.2, in: &$0) }
    func run(_ seed: UInt64) -> [Scalar] {
      parameterGradient(parameters, mode: .training(SplitMix64(seed: seed))) {
        gate($0.constant(Self.states), in: &$1)
      }.value.elements
    }
    #expect(run(1) == run(1) && run(1) != run(2))
    #expect(run(1).allSatisfy { (0...1).contains($0) })
    expectParameterGradients(
      moved(parameters, scale: 0.05), mode: .training(SplitMix64(seed: 3))
    ) { gate($0.constant(Self.states), in: &$1) }
  }

  @Test func shutBudgetsGoToTheOthers() {
    let tape = Tape()
    let b = Tensor([0.25, 0.25, 0.5, 0.2, 0.3, 0.5], shape: [2, 3])
    let g = Tensor([1, 0, 1, 0, 0, 0], shape: [2, 3])
    let budgets = gatedBudgets(tape.constant(b), gates: tape.constant(g)).tensor.elements
    let third = Scalar(1) / 3
    for (x, y) in zip(budgets, [third, 0, 2 * third, 0.2, 0.3, 0.5]) {
      #expect(abs(x - y) < 8 * .ulpOfOne)
    }
    let weights = gatedWeights(tape.constant(b), gates: tape.constant(g)).tensor.elements
    #expect(weights == [0.25, 0, 0.5, 0, 0, 0])
    let soft = Tensor([0.3, 0.6, 0.9, 0.2, 0.5, 0.8], shape: [2, 3])
    expectGradients(of: [b, soft]) { gatedBudgets($0[0], gates: $0[1]) }
    expectGradients(of: [b, soft]) { gatedWeights($0[0], gates: $0[1]) }
  }

  /// Weights and gradients of shut budgets are those of the problem of the open assets alone; with one
  /// of them open it has the weight one, and nothing moves it.
  @Test("Shut assets leave the problem", arguments: [[0, 2], [1], [0, 1, 2], [2]])
  func shutAssetsLeaveTheProblem(open: [Int]) throws {
    let σ = Tensor(
      converting: [4, 1, -0.6, 1, 9, 1.2, -0.6, 1.2, 2.25],
      shape: [1, 3, 3])
    let b = Tensor([0.2, 0.3, 0.5], shape: [1, 3])
    let g = Tensor((0..<3).map { open.contains($0) ? 1 : 0 }, shape: [1, 3])
    let divergence = BudgetDivergence(prior: [1.0 / 3, 1.0 / 3, 1.0 / 3])
    func whole(_ σ: Variable, _ b: Variable, _ g: Variable) throws -> (Variable, Variable) {
      let budgets = gatedBudgets(b, gates: g)
      let symmetric = (σ + σ.transposed()).scaled(by: 0.5)
      return (try RiskBudget()(covariances: symmetric, budgets: budgets), divergence(budgets))
    }
    let tape = Tape()
    let (covariances, budgets, gates) = (tape.variable(σ), tape.variable(b), tape.variable(g))
    let (weights, penalty) = try whole(covariances, budgets, gates)
    let part = try RiskBudget()(
      covariances: tape.constant(
        Tensor(
          open.flatMap { i in open.map { σ.elements[i * 3 + $0] } },
          shape: [1, open.count, open.count])),
      budgets: tape.constant(Tensor(open.map { b.elements[$0] }, shape: [1, open.count])))
    for i in 0..<3 {
      let alone = open.firstIndex(of: i).map { part.tensor.elements[$0] } ?? 0
      #expect(abs(weights.tensor.elements[i] - alone) < 64 * .ulpOfOne)
    }
    // By differences, the gates where they are: nothing leads an asset back in.
    try expectGradients(of: [σ, b]) { inputs in
      let (weights, penalty) = try whole(inputs[0], inputs[1], inputs[0].tape.constant(g))
      return weights.sum(axis: 0) + penalty
    }
    tape.backward(from: (weights * tape.constant(b)).sum() + penalty)
    for variable in [covariances, budgets, gates] {
      #expect(tape.gradient(of: variable).elements.allSatisfy { $0.isFinite })
    }
    guard open.count == 1 else { return }
    #expect(weights.tensor.elements == g.elements)
    #expect(tape.gradient(of: covariances).elements.allSatisfy { $0 == 0 })
    // The divergence of one budget from equal ones is constant, and so is the budget.
    #expect(tape.gradient(of: budgets).elements.allSatisfy { abs($0) < 16 * .ulpOfOne })
  }
}
