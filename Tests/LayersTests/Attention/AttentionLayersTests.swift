import Autodiff
import Layers
import TestSupport
import Testing

@Suite struct AttentionLayersTests {
  private static let states = randomTensor([2, 4, 4], seed: 1)
  private static let neighbours = AttentionNeighbours(
    assets: 4, count: 2, indices: [0, 1, 1, 2, 2, 3, 3, 0], dates: 2)

  @Test("Attention differentiates", arguments: AttentionWeighting.allCases)
  func attentionDifferentiates(_ weighting: AttentionWeighting) {
    let (layer, parameters) = build {
      SparseAttention(width: 4, heads: 2, tokens: 2, weighting: weighting, in: &$0)
    }
    expectParameterGradients(moved(parameters)) { tape, pass in
      layer(.init(states: tape.constant(Self.states), neighbours: Self.neighbours), in: &pass)
    }
  }

  @Test func whatANonNeighbourKnowsDoesNotReachAnAsset() {
    func run(_ tokens: Int, _ states: Tensor) -> [Scalar] {
      let (layer, parameters) = build {
        SparseAttention(width: 4, heads: 2, tokens: tokens, in: &$0)
      }
      return Array(
        parameterGradient(parameters) { tape, pass in
          layer(.init(states: tape.constant(states), neighbours: Self.neighbours), in: &pass)
        }.value.elements.prefix(4))
    }
    // Asset 3 is no neighbour of asset 0, asset 1 is.
    var far = Self.states
    far.elements[12] += 1
    var near = Self.states
    near.elements[4] += 1
    #expect(run(0, far) == run(0, Self.states) && run(0, near) != run(0, Self.states))
    // Through the tokens it does.
    #expect(run(1, far) != run(1, Self.states))
  }

  @Test func namesFollowTheParts() {
    let (_, parameters) = build { SparseAttention(width: 4, heads: 1, tokens: 1, in: &$0) }
    #expect(
      parameters.entries.map(\.name)
        == [
          "query.weight", "query.bias", "key.weight", "key.bias", "value.weight", "value.bias",
          "output.weight", "output.bias", "norm.gain", "norm.bias", "tokens", "tokenKey.weight",
          "tokenKey.bias", "tokenValue.weight", "tokenValue.bias",
        ].map { "net." + $0 })
    #expect(
      build(7) { SparseAttention(width: 4, heads: 2, in: &$0) }.parameters
        == build(7) { SparseAttention(width: 4, heads: 2, in: &$0) }.parameters)
  }

  @Test func windowsOfStatesDoNotSeeBeyondThemselves() {
    let (layer, parameters) = build { TemporalAttention(width: 4, heads: 2, steps: 3, in: &$0) }
    let states = randomTensor([6, 2, 4], seed: 2)
    func run(_ states: Tensor) -> (output: Tensor, weights: Tensor) {
      let tape = Tape()
      var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
      let result = layer.attend(tape.constant(states), in: &pass)
      return (result.output.tensor, result.weights.tensor)
    }
    let all = run(states)
    #expect(all.output.shape == [4, 2, 4] && all.weights.shape == [2, 2, 4, 3])
    // Window 1, positions 1 … 3, alone.
    let part = run(Tensor(Array(states.elements[8..<32]), shape: [3, 2, 4]))
    for (a, b) in zip(part.output.elements, all.output.elements[8..<16]) {
      #expect(abs(a - b) < 64 * .ulpOfOne)
    }
    expectParameterGradients(moved(parameters)) { tape, pass in
      layer(tape.constant(randomTensor([4, 2, 4], seed: 3)), in: &pass)
    }
  }
}
