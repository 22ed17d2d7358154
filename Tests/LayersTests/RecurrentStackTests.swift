import Autodiff
import Layers
import TestSupport
import Testing

@Suite struct RecurrentStackTests {
  private static func build<L>(_ make: (inout ParameterBuilder) -> L) -> (L, Parameters) {
    var builder = ParameterBuilder(generator: SplitMix64(seed: 5))
    let layer = builder.scope("net") { make(&$0) }
    return (layer, builder.parameters)
  }

  private static func build<Cell: RecurrentLayer>(
    _: Cell.Type, depth: Int, normalized: Bool = false, dropoutRate: Double = 0
  ) -> (RecurrentStack<Cell>, Parameters) {
    build {
      RecurrentStack(
        inputs: 3, hidden: 4, depth: depth, steps: 5, normalized: normalized,
        dropoutRate: dropoutRate, in: &$0)
    }
  }

  private static let series = randomTensor([9, 2, 3], seed: 3)

  /// The windows one after the other, each written out layer by layer.
  private static func composed<Cell: RecurrentLayer>(
    _ stack: RecurrentStack<Cell>, _ input: Variable, _ pass: inout Pass
  ) -> Variable {
    var results: [Variable] = []
    for window in 0...input.shape[0] - 5 {
      var values = input.slice(window..<window + 5)
      for (index, layer) in stack.layers.enumerated() {
        values = layer(values, returning: .all, in: &pass)
        if index < stack.norms.count { values = stack.norms[index](values, in: &pass) }
      }
      results.append(values.slice(at: 4, axis: 0))
    }
    return Autodiff.stack(results)
  }

  private static func expectComposed<Cell: RecurrentLayer>(
    _: Cell.Type, depth: Int, normalized: Bool
  ) {
    let (stack, parameters) = build(Cell.self, depth: depth, normalized: normalized)
    func run(_ function: (Variable, inout Pass) -> Variable) -> (Tensor, Tensor, [Scalar]) {
      let tape = Tape()
      var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
      let input = tape.variable(series)
      let output = function(input, &pass)
      tape.backward(from: output, cotangent: randomTensor(output.shape, seed: 7))
      var gradient = [Scalar](repeating: 0, count: parameters.values.count)
      pass.copyGradients(into: &gradient)
      return (output.tensor, tape.gradient(of: input), gradient)
    }
    let (value, slope, gradient) = run { stack($0, in: &$1) }
    let (expected, expectedSlope, expectedGradient) = run { composed(stack, $0, &$1) }
    #expect(value.shape == [5, 2, 4])
    let pairs = [
      (value.elements, expected.elements), (slope.elements, expectedSlope.elements),
      (gradient, expectedGradient),
    ]
    for (fast, slow) in pairs {
      #expect(fast.count == slow.count)
      for (a, b) in zip(fast, slow) {
        #expect((a - b).magnitude <= 1000 * Scalar.ulpOfOne * max(1, b.magnitude))
      }
    }
  }

  @Test(arguments: [1, 2, 3], [false, true])
  func windowsRunThroughAllLayers(_ depth: Int, _ normalized: Bool) {
    Self.expectComposed(LSTM.self, depth: depth, normalized: normalized)
    Self.expectComposed(GRU.self, depth: depth, normalized: normalized)
  }

  @Test func namesParametersByLayer() {
    let (_, parameters) = Self.build(GRU.self, depth: 2, normalized: true)
    #expect(
      parameters.entries.map(\.name) == [
        "net.0.inputWeight", "net.0.stateWeight", "net.0.bias", "net.0.stateBias",
        "net.0.norm.gain", "net.0.norm.bias",
        "net.1.inputWeight", "net.1.stateWeight", "net.1.bias", "net.1.stateBias",
      ])
    #expect(parameters.entries[6].shape == [4, 12])
  }

  private static func expectContinuation<Cell: RecurrentLayer>(_: Cell.Type, output: LSTMOutput) {
    let (stack, parameters) = build(Cell.self, depth: 3, normalized: true)
    let tape = Tape()
    var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
    let input = tape.constant(series)
    let whole = stack(input, from: nil, returning: output, in: &pass).output.tensor
    let first = stack(input.slice(0..<4), from: nil, returning: output, in: &pass)
    let second = stack(input.slice(4..<9), from: first.states, returning: output, in: &pass)
    let parts =
      output == .all
      ? first.output.tensor.elements + second.output.tensor.elements
      : second.output.tensor.elements
    #expect(whole.shape == (output == .all ? [9, 2, 4] : [1, 2, 4]))
    for (a, b) in zip(whole.elements, parts) {
      #expect((a - b).magnitude <= 64 * Scalar.ulpOfOne)
    }
  }

  @Test(arguments: [LSTMOutput.last, .all])
  func handingTheStatesOnEqualsOneRun(_ output: LSTMOutput) {
    Self.expectContinuation(LSTM.self, output: output)
    Self.expectContinuation(GRU.self, output: output)
  }

  /// The gradient of an output after the cut with respect to an input before it.
  @Test func gradientsRunThroughTheStates() {
    let (stack, parameters) = Self.build(LSTM.self, depth: 2)
    expectGradients(of: [randomTensor([2, 2, 3], seed: 1), randomTensor([3, 2, 3], seed: 2)]) {
      var pass = Pass(tape: $0[0].tape, parameters: parameters, mode: .evaluation)
      let first = stack($0[0], from: nil, returning: .last, in: &pass)
      return stack($0[1], from: first.states, returning: .last, in: &pass).output
    }
  }

  @Test func dropoutActsBetweenLayersInTrainingOnly() {
    func output(_ depth: Int, _ mode: Mode) -> Tensor {
      let (stack, parameters) = Self.build(LSTM.self, depth: depth, dropoutRate: 0.5)
      let tape = Tape()
      var pass = Pass(tape: tape, parameters: parameters, mode: mode)
      return stack(tape.constant(Self.series), in: &pass).tensor
    }
    let training = Mode.training(SplitMix64(seed: 1))
    #expect(output(2, training) != output(2, .evaluation))
    #expect(output(2, training) == output(2, training))
    #expect(output(2, training) != output(2, .training(SplitMix64(seed: 2))))
    #expect(output(1, training) == output(1, .evaluation))
  }

  @Test func theGeneratorAdvances() {
    let tape = Tape()
    var pass = Pass(
      tape: tape, parameters: Parameters(), mode: .training(SplitMix64(seed: 1)))
    let ones = tape.constant(Tensor(repeating: 1, shape: [40]))
    let dropout = Dropout(rate: 0.5)
    #expect(dropout(ones, in: &pass).tensor != dropout(ones, in: &pass).tensor)
  }

  @Test func aWrongNumberOfStatesStops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var builder = ParameterBuilder(generator: SplitMix64(seed: 5))
      let stack = LSTMStack(inputs: 3, hidden: 4, depth: 2, steps: 5, in: &builder)
      let tape = Tape()
      var pass = Pass(tape: tape, parameters: builder.parameters, mode: .evaluation)
      let input = tape.constant(randomTensor([9, 2, 3], seed: 3))
      _ = stack(input, from: [], returning: .last, in: &pass)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("RecurrentStack: 0 initial states for 2 layers"))
  }
}
