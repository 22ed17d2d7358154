import Autodiff
import Finance
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

  /// Maps put the weights of neighbours and tokens where they stand.
  @Test("Maps show who is attended to", arguments: [0, 2])
  func mapsShowWhoIsAttendedTo(tokens: Int) {
    let (layer, parameters) = build {
      SparseAttention(width: 4, heads: 2, tokens: tokens, in: &$0)
    }
    let tape = Tape()
    var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
    let weights = layer.attend(
      .init(states: tape.constant(Self.states), neighbours: Self.neighbours), in: &pass
    ).weights.tensor
    let map = AttentionMap.rows(weights: weights, neighbours: Self.neighbours)
    let (width, slots) = (4 + tokens, 2 + tokens)
    #expect(map.count == 2 * 4 * width)
    for date in 0..<2 {
      for asset in 0..<4 {
        let row = map[(date * 4 + asset) * width..<(date * 4 + asset + 1) * width].map { $0 }
        #expect(abs(row.reduce(0, +) - 1) < 1e-5)
        func mean(_ slot: Int) -> Double {
          (0..<2).reduce(0) {
            $0 + Double(weights.elements[((date * 2 + $1) * 4 + asset) * slots + slot]) / 2
          }
        }
        #expect(abs(row[asset] - mean(0)) < 1e-12 && abs(row[(asset + 1) % 4] - mean(1)) < 1e-12)
        #expect(row[(asset + 2) % 4] == 0 && row[(asset + 3) % 4] == 0)
        for token in 0..<tokens { #expect(abs(row[4 + token] - mean(2 + token)) < 1e-12) }
      }
    }
    // Nobody to attend to: nothing.
    let alone = AttentionMap.rows(
      weights: Tensor([0, 0.5, 1, 0], shape: [1, 1, 2, 2]),
      neighbours: AttentionNeighbours(assets: 2, count: 2, indices: [-1, -1, 1, 0], dates: 1))
    #expect(alone == [0, 0, 0, 1])
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

  /// A mask of other dates or assets is the caller's mistake, whether tokens read it or not.
  @Test func aMaskOfAnotherShapeStopsTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (layer, parameters) = build { SparseAttention(width: 4, heads: 2, in: &$0) }
      let tape = Tape()
      var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
      let availability = Availability(flags: [true, true, false], assets: 3)
      _ = layer(
        .init(
          states: tape.constant(AttentionLayersTests.states),
          neighbours: AttentionLayersTests.neighbours, availability: availability), in: &pass)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("SparseAttention: states [2, 4, 4], availability [1, 3]"))
  }

  /// Tokens gather from the assets in the universe: what the others know reaches nobody, and without them
  /// the result is the same.
  @Test func tokensGatherFromTheUniverse() {
    let (layer, parameters) = build { SparseAttention(width: 4, heads: 2, tokens: 2, in: &$0) }
    let availability = Availability(
      flags: [true, true, false, true, true, true, false, true], assets: 4)
    func run(_ states: Tensor, _ lists: [Int32], _ availability: Availability?) -> (
      output: [Scalar], gradient: [Scalar]
    ) {
      let n = states.shape[1]
      let tape = Tape()
      var pass = Pass(tape: tape, parameters: moved(parameters), mode: .evaluation)
      let input = tape.variable(states)
      let value = layer(
        .init(
          states: input,
          neighbours: AttentionNeighbours(assets: n, count: 2, indices: lists, dates: 2),
          availability: availability), in: &pass)
      // Only the outputs of assets in the universe count.
      var cotangent = randomTensor(value.shape, seed: 5)
      for k in cotangent.elements.indices where n == 4 && k / 4 % 4 == 2 {
        cotangent.elements[k] = 0
      }
      tape.backward(from: value, cotangent: cotangent)
      return (value.tensor.elements, tape.gradient(of: input).elements)
    }
    let lists: [Int32] = [0, 1, 1, 3, 2, -1, 3, 0]
    let own = run(Self.states, lists, availability)
    var other = Self.states
    for d in 0..<2 { for k in 8..<12 { other.elements[d * 16 + k] = 100 } }
    let changed = run(other, lists, availability)
    let kept = (0..<32).filter { $0 / 4 % 4 != 2 }
    #expect(kept.allSatisfy { own.output[$0] == changed.output[$0] })
    #expect(kept.contains { run(Self.states, lists, nil).output[$0] != own.output[$0] })
    #expect((0..<32).allSatisfy { kept.contains($0) || own.gradient[$0] == 0 })
    let three = Tensor(kept.map { Self.states.elements[$0] }, shape: [2, 3, 4])
    let fewer = run(three, [0, 1, 1, 2, 2, 0], nil)
    for (k, index) in kept.enumerated() {
      #expect(abs(own.output[index] - fewer.output[k]) < 64 * .ulpOfOne)
    }
  }
}
