import Autodiff
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
}
