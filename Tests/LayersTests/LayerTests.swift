import Autodiff
import Layers
import TestSupport
import Testing

@Suite struct LayerTests {
  private func build<L>(_ seed: UInt64, _ make: (inout ParameterBuilder) -> L) -> (L, Parameters) {
    var builder = ParameterBuilder(generator: SplitMix64(seed: seed))
    let layer = builder.scope("net") { make(&$0) }
    return (layer, builder.parameters)
  }

  @Test func linearMapsTheLastAxis() {
    let (linear, parameters) = build(1) { Linear(inputs: 3, outputs: 2, in: &$0) }
    #expect(parameters.entries.map(\.name) == ["net.weight", "net.bias"])
    let tape = Tape()
    var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
    let output = linear(tape.constant(randomTensor([4, 5, 3], seed: 1)), in: &pass)
    #expect(output.shape == [4, 5, 2])
    let (zero, start) = build(1) { Linear(inputs: 3, outputs: 2, zeroStart: true, in: &$0) }
    var silent = Pass(tape: tape, parameters: start, mode: .evaluation)
    let flat = zero(tape.constant(randomTensor([4, 3], seed: 1)), in: &silent)
    #expect(flat.tensor.elements.allSatisfy { $0 == 0 })
  }

  @Test func lstmGivesTheStateOfEveryWindow() {
    let (lstm, parameters) = build(2) { LSTM(inputs: 3, hidden: 4, steps: 5, in: &$0) }
    #expect(
      parameters.entries.map(\.name) == ["net.inputWeight", "net.stateWeight", "net.bias"])
    #expect(parameters[lstm.bias].elements[4..<8].allSatisfy { $0 == 1 })
    let series = randomTensor([9, 2, 3], seed: 3)
    func states(_ input: Tensor) -> Tensor {
      let tape = Tape()
      var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
      return lstm(tape.constant(input), in: &pass).tensor
    }
    let all = states(series)
    #expect(all.shape == [5, 2, 4])
    // A window's state does not depend on what came before or after it.
    let third = Tensor(Array(series.elements[12..<42]), shape: [5, 2, 3])
    #expect(states(third).elements == Array(all.elements[16..<24]))
  }

  @Test func startsAreDeterminedByTheSeed() {
    #expect(
      build(3) { LSTM(inputs: 2, hidden: 3, steps: 1, in: &$0) }.1
        == build(3) { LSTM(inputs: 2, hidden: 3, steps: 1, in: &$0) }.1)
    #expect(
      build(3) { Linear(inputs: 2, outputs: 3, in: &$0) }.1
        != build(4) { Linear(inputs: 2, outputs: 3, in: &$0) }.1)
  }
}
