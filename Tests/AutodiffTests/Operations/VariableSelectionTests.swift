import Autodiff
import TestSupport
import Testing

@Suite struct VariableSelectionTests {
  struct Sizes: CustomStringConvertible, Sendable {
    var dates: Int
    var assets: Int
    var assetVariables: Int
    var marketVariables: Int
    var width: Int
    var hidden: Int
    var selection: Int
    /// The context's leading axes.
    var context: [Int]?
    var description: String {
      "\(dates) × \(assets), \(assetVariables) + \(marketVariables) variables, \(hidden) → \(width)"
        + (context.map { ", context \($0)" } ?? "")
    }

    /// Assets, the 16 weights, the market, the context.
    var tensors: [Tensor] {
      let (j, d, h, s) = (assetVariables + marketVariables, width, hidden, selection)
      var shapes: [Shape] = [
        [dates, assets, assetVariables], [j, d], [j, d], [j, h], [j, h], [j, h, 2 * d], [j, 2 * d],
        [j, d], [j, d], [j, s], [s], [j, j], [j], [s, 2 * j], [2 * j], [j], [j],
      ]
      if marketVariables > 0 { shapes.append([dates, marketVariables]) }
      if let context { shapes.append(Shape(context + [s])) }
      return shapes.enumerated().map { normal($1, UInt64($0 + 1), scale: 0.6) }
    }

    func split(_ x: [Variable]) -> (VariableSelectionWeights, market: Variable?, Variable?) {
      (
        VariableSelectionWeights(
          embedding: x[1], embeddingBias: x[2], first: x[3], firstBias: x[4], gate: x[5],
          gateBias: x[6], gain: x[7], bias: x[8], selectionFirst: x[9],
          selectionFirstBias: x[10], selectionSkip: x[11], selectionSkipBias: x[12],
          selectionGate: x[13], selectionGateBias: x[14], selectionGain: x[15],
          selectionBias: x[16]), marketVariables > 0 ? x[17] : nil,
        context == nil ? nil : x[x.count - 1]
      )
    }
  }

  static let sizes = [
    Sizes(
      dates: 1, assets: 1, assetVariables: 1, marketVariables: 0, width: 1, hidden: 1, selection: 1),
    Sizes(
      dates: 3, assets: 2, assetVariables: 2, marketVariables: 1, width: 3, hidden: 2, selection: 4),
    Sizes(
      dates: 2, assets: 3, assetVariables: 3, marketVariables: 0, width: 2, hidden: 3,
      selection: 2, context: [3]),
    Sizes(
      dates: 2, assets: 2, assetVariables: 0, marketVariables: 2, width: 2, hidden: 2,
      selection: 3, context: [2, 1]),
    Sizes(
      dates: 2, assets: 0, assetVariables: 1, marketVariables: 1, width: 2, hidden: 2, selection: 2),
  ]

  /// Selection and weights side by side, `[D, N, d + J]`.
  private static func fused(_ s: Sizes, _ x: [Variable]) -> Variable {
    let (weights, market, context) = s.split(x)
    let result = variableSelection(
      x[0], market: market, context: context, weights: weights, epsilon: 0.01)
    return concatenate([result.selected, result.weights], axis: -1)
  }

  /// The same, variable by variable from plain operations; the market's variables are repeated for
  /// every asset.
  static func composed(_ s: Sizes, _ x: [Variable]) -> Variable {
    let (w, market, context) = s.split(x)
    var variables = x[0]
    if let market {
      let repeated = market.insertingAxis(at: 1)
        .broadcast(to: Shape(s.dates, s.assets, s.marketVariables))
      variables = concatenate([variables, repeated], axis: -1)
    }
    func gated(_ η: Variable, _ gate: Variable, _ bias: Variable, _ skip: Variable) -> Variable {
      let width = skip.shape[skip.shape.rank - 1]
      let halves = (matmul(η, gate) + bias).split(into: [width, width], axis: -1)
      return skip + halves[0].sigmoid() * halves[1]
    }
    var argument = matmul(variables, w.selectionFirst) + w.selectionFirstBias
    if let context { argument = argument + context }
    let selection = layerNorm(
      gated(
        argument.elu(), w.selectionGate, w.selectionGateBias,
        matmul(variables, w.selectionSkip) + w.selectionSkipBias),
      gain: w.selectionGain, bias: w.selectionBias, epsilon: 0.01
    ).softmax()
    var selected: Variable?
    for j in 0..<s.assetVariables + s.marketVariables {
      func row(_ weight: Variable) -> Variable { weight.slice(at: j, axis: 0) }
      let value = variables.slice(j..<j + 1, axis: 2)
      let network = layerNorm(
        gated(
          (value * row(w.first) + row(w.firstBias)).elu(), row(w.gate), row(w.gateBias),
          value * row(w.embedding) + row(w.embeddingBias)),
        gain: row(w.gain), bias: row(w.bias), epsilon: 0.01)
      let term = selection.slice(j..<j + 1, axis: 2) * network
      selected = selected.map { $0 + term } ?? term
    }
    guard let selected else { fatalError("no variable") }
    return concatenate([selected, selection], axis: -1)
  }

  @Test("VJP matches central differences", arguments: sizes)
  func vjpMatchesCentralDifferences(_ s: Sizes) {
    expectGradients(of: s.tensors) { Self.fused(s, $0) }
  }

  @Test("Value and gradients equal the composed network", arguments: sizes)
  func equalsTheComposedNetwork(_ s: Sizes) {
    expectEqual(s.tensors, { Self.fused(s, $0) }) { Self.composed(s, $0) }
  }

  /// Many dates to a block with a last block that is not full, and dates cut into several blocks.
  static let manyBlocks = [
    Sizes(
      dates: 70, assets: 5, assetVariables: 2, marketVariables: 2, width: 4, hidden: 3,
      selection: 3, context: [5]),
    Sizes(
      dates: 3, assets: 300, assetVariables: 2, marketVariables: 1, width: 3, hidden: 4,
      selection: 2, context: [3, 1]),
  ]

  @Test("Blocks and shards add up", arguments: manyBlocks)
  func blocksAddUp(_ s: Sizes) {
    let mean = 1 / Scalar(s.dates * s.assets)
    expectEqual(s.tensors, { Self.fused(s, $0).scaled(by: mean) }) {
      Self.composed(s, $0).scaled(by: mean)
    }
  }

  @Test("Any number of threads gives the same bits", arguments: manyBlocks)
  func threadsDoNotMatter(_ s: Sizes) {
    func run(_ threads: ThreadPool?) -> [Tensor] {
      let tape = Tape(threads: threads)
      let x = s.tensors.map { tape.variable($0) }
      let loss = Self.fused(s, x).squared().sum()
      tape.backward(from: loss)
      return [loss.tensor] + x.map { tape.gradient(of: $0) }
    }
    let alone = run(nil)
    for threads in [2, 3] { #expect(run(ThreadPool(threads: threads)) == alone) }
  }

  @Test func weightsArePositiveAndSumToOne() {
    let s = Self.manyBlocks[0]
    let tape = Tape()
    let (weights, market, context) = s.split(s.tensors.map { tape.constant($0) })
    let v = variableSelection(
      tape.constant(s.tensors[0]), market: market, context: context, weights: weights
    ).weights
    #expect(v.shape == [70, 5, 4] && v.tensor.elements.allSatisfy { $0 > 0 })
    for sum in v.sum(axis: 2).tensor.elements { #expect(abs(sum - 1) < 8 * Scalar.ulpOfOne) }
  }

  @Test func constantsRecordNothing() {
    let s = Self.sizes[1]
    let (tape, silent) = (Tape(), Tape())
    let value = Self.fused(s, s.tensors.map { tape.variable($0) }).tensor
    #expect(Self.fused(s, s.tensors.map { silent.constant($0) }).tensor == value)
    #expect(silent.operationCount == 0)
  }

  @Test func shapesThatDoNotFitStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let s = Sizes(
        dates: 2, assets: 2, assetVariables: 1, marketVariables: 1, width: 2, hidden: 2,
        selection: 2)
      let tape = Tape()
      let x = s.tensors.map { tape.constant($0) }
      _ = variableSelection(x[0], market: nil, weights: s.split(x).0)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("variableSelection: weight 0 has shape [2, 2], not [1, 2]"))
  }
}
