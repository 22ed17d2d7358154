import Autodiff
import Layers
import TestSupport
import Testing

@Suite struct FeedForwardTests {
  @Test func gatedResidualAppliesTheOperation() {
    let (layer, parameters) = build {
      GatedResidual(inputs: 3, hidden: 4, outputs: 2, contextInputs: 2, in: &$0)
    }
    #expect(
      parameters.entries.map(\.name)
        == [
          "inputWeight", "inputBias", "hiddenWeight", "hiddenBias", "gateWeight", "gateBias",
          "gain",
          "bias", "contextWeight", "skipWeight",
        ].map { "net." + $0 })
    expectParameterGradients(moved(parameters)) { tape, pass in
      layer(
        GatedResidual.Input(
          tape.constant(randomTensor([2, 5, 3], seed: 1)),
          context: tape.constant(randomTensor([5, 2], seed: 2))), in: &pass)
    }
    // Inputs and outputs of one number need no skip weight.
    let square = build { GatedResidual(inputs: 2, hidden: 3, outputs: 2, in: &$0) }
    #expect(square.parameters["net.skipWeight"] == nil)
    let output = parameterGradient(square.parameters) { tape, pass in
      square.layer(tape.constant(randomTensor([4, 2], seed: 1)), in: &pass)
    }
    #expect(output.value.shape == [4, 2])
  }

  @Test("An MLP differentiates", arguments: MLP.Activation.allCases)
  func perceptronDifferentiates(_ activation: MLP.Activation) {
    let (layer, parameters) = build {
      MLP(inputs: 3, hidden: [4, 2], outputs: 2, activation: activation, in: &$0)
    }
    #expect(parameters.entries.map(\.name).last == "net.layer3.bias")
    // Far from the rectifier's kink.
    expectParameterGradients(moved(parameters, seed: 5, scale: 0.5)) { tape, pass in
      layer(tape.constant(randomTensor([3, 3], seed: 1)), in: &pass)
    }
  }

  @Test func perceptronWithoutHiddenLayersIsAffine() {
    let (layer, parameters) = build {
      MLP(inputs: 2, hidden: [], outputs: 1, zeroStart: true, in: &$0)
    }
    let value = parameterGradient(moved(parameters)) { tape, pass in
      layer(tape.constant(Tensor([1, 2, 2, 4, 3, 6], shape: [3, 2])), in: &pass)
    }.value.elements
    #expect(abs(value[2] - value[1] - (value[1] - value[0])) < 16 * Scalar.ulpOfOne)
    let flat = parameterGradient(parameters) { tape, pass in
      layer(tape.constant(randomTensor([3, 2], seed: 1)), in: &pass)
    }.value
    #expect(flat.elements.allSatisfy { $0 == 0 })
  }

  @Test func dropoutDrawsOnlyWhileTraining() {
    let tape = Tape()
    let x = tape.constant(Tensor(repeating: 1, shape: [200]))
    let dropout = Dropout(rate: 0.5)
    var silent = Pass(tape: tape, parameters: Parameters(), mode: .evaluation)
    #expect(dropout(x, in: &silent).tensor == x.tensor)
    func train(_ seed: UInt64) -> [Tensor] {
      var pass = Pass(
        tape: tape, parameters: Parameters(), mode: .training(SplitMix64(seed: seed)))
      return [dropout(x, in: &pass).tensor, dropout(x, in: &pass).tensor]
    }
    let (first, again, other) = (train(1), train(1), train(2))
    #expect(first == again && first != other && first[0] != first[1])
    #expect(first[0].elements.allSatisfy { $0 == 0 || $0 == 2 })
  }

  @Test func layerNormalizationStartsAsThePlainOne() {
    let (layer, parameters) = build { LayerNorm(size: 4, in: &$0) }
    let value = parameterGradient(parameters) { tape, pass in
      layer(tape.constant(randomTensor([3, 4], seed: 1, shift: 5)), in: &pass)
    }.value
    for row in 0..<3 {
      let sum = value.elements[row * 4..<row * 4 + 4].reduce(0, +)
      #expect(abs(sum) < 64 * Scalar.ulpOfOne)
    }
    expectParameterGradients(moved(parameters)) { tape, pass in
      layer(tape.constant(randomTensor([3, 4], seed: 1)), in: &pass)
    }
  }
}
