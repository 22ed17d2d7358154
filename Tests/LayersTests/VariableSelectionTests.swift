import Autodiff
import Layers
import TestSupport
import Testing

@Suite struct VariableSelectionTests {
  private static let (dates, assets) = (3, 2)

  private static func inputs(_ tape: Tape, context: Bool) -> VariableSelection.Input {
    VariableSelection.Input(
      assets: tape.constant(randomTensor([dates, assets, 2], seed: 1)),
      market: tape.constant(randomTensor([dates, 1], seed: 2)),
      context: context ? tape.constant(randomTensor([assets, 3], seed: 3)) : nil)
  }

  private static func layer(context: Bool) -> (layer: VariableSelection, parameters: Parameters) {
    build(4) {
      VariableSelection(
        assetVariables: 2, marketVariables: 1, width: 3, contextInputs: context ? 3 : nil, in: &$0)
    }
  }

  /// The published network, written with `gatedResidual` on the embeddings, with nothing multiplied
  /// out beforehand; its skip connection has no bias.
  private static func published(
    _ layer: VariableSelection, _ input: VariableSelection.Input, _ pass: borrowing Pass
  ) -> Variable {
    let d = 3
    guard let market = input.market else { fatalError("no market variables") }
    let x = concatenate(
      [
        input.assets,
        market.insertingAxis(at: 1).broadcast(to: [dates, assets, 1]),
      ], axis: -1)
    func row(_ id: ParameterID, _ j: Int) -> Variable { pass(id).slice(at: j, axis: 0) }
    let embeddings = (0..<3).map { j in
      x.slice(j..<j + 1, axis: 2) * row(layer.embedding, j) + row(layer.embeddingBias, j)
    }
    let flat = concatenate(embeddings, axis: -1)
    let v = gatedResidual(
      flat, context: input.context,
      weights: GatedResidualWeights(
        input: pass(layer.selectionInputWeight), context: layer.contextWeight.map { pass($0) },
        inputBias: pass(layer.selectionInputBias), hidden: pass(layer.selectionHiddenWeight),
        hiddenBias: pass(layer.selectionHiddenBias), gate: pass(layer.selectionGateWeight),
        gateBias: pass(layer.selectionGateBias), skip: pass(layer.selectionSkipWeight),
        gain: pass(layer.selectionGain), bias: pass(layer.selectionBias))
    ).softmax()
    var sum = embeddings[0].tape.constant(Tensor(repeating: 0, shape: [dates, assets, d]))
    for j in 0..<3 {
      let network = gatedResidual(
        embeddings[j],
        weights: GatedResidualWeights(
          input: row(layer.inputWeight, j), inputBias: row(layer.inputBias, j),
          hidden: row(layer.hiddenWeight, j), hiddenBias: row(layer.hiddenBias, j),
          gate: row(layer.gateWeight, j), gateBias: row(layer.gateBias, j),
          gain: row(layer.gain, j), bias: row(layer.bias, j)))
      sum = sum + v.slice(j..<j + 1, axis: 2) * network
    }
    return concatenate([sum, v], axis: -1)
  }

  @Test("Value and gradients equal the published network", arguments: [false, true])
  func equalsThePublishedNetwork(context: Bool) {
    let built = Self.layer(context: context)
    var start = moved(built.parameters)
    start[built.layer.selectionSkipBias] = Tensor(repeating: 0, shape: [3])
    let parameters = start
    let fused = parameterGradient(parameters) { tape, pass in
      let output = built.layer(Self.inputs(tape, context: context), in: &pass)
      return concatenate([output.selected, output.weights], axis: -1)
    }
    let composed = parameterGradient(parameters) { tape, pass in
      Self.published(built.layer, Self.inputs(tape, context: context), pass)
    }
    let tolerance = 2000 * Scalar.ulpOfOne
    for (a, b) in zip(fused.value.elements, composed.value.elements) {
      #expect(abs(a - b) <= tolerance * max(1, abs(b)))
    }
    let skipBias = parameters.entries.first { $0.name == "net.selection.skipBias" }?.range
    for (i, (a, b)) in zip(fused.gradient, composed.gradient).enumerated()
    where skipBias?.contains(i) != true {
      #expect(abs(a - b) <= tolerance * max(1, abs(b)), "\(parameters.name(at: i) ?? "")")
    }
  }

  @Test func gradientsOfAllParametersMatchDifferences() {
    let built = Self.layer(context: true)
    expectParameterGradients(moved(built.parameters)) { tape, pass in
      let output = built.layer(Self.inputs(tape, context: true), in: &pass)
      return concatenate([output.selected, output.weights], axis: -1)
    }
  }

  @Test func namesAndStartAreDeterminedByTheSeed() {
    let (first, second) = (Self.layer(context: true), Self.layer(context: true))
    #expect(first.parameters == second.parameters)
    #expect(
      first.parameters.entries.map(\.name).prefix(3) == [
        "net.embedding", "net.embeddingBias", "net.inputWeight",
      ])
    #expect(first.parameters["net.selection.contextWeight"]?.shape == [3, 3])
  }
}
