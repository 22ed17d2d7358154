import Autodiff
import TestSupport
import Testing

@Suite struct GatedResidualTests {
  struct Sizes: CustomStringConvertible, Sendable {
    var leading: [Int]
    var inputs: Int
    var hidden: Int
    var outputs: Int
    var skip: Bool
    /// The context's leading axes and its width.
    var context: (leading: [Int], width: Int)?
    var description: String {
      "\(leading) × \(inputs) → \(hidden) → \(outputs)\(skip ? ", skip" : "")"
        + (context.map { ", context \($0.leading) × \($0.width)" } ?? "")
    }

    var tensors: [Tensor] {
      var tensors = [
        normal(Shape(leading + [inputs]), 1), normal(Shape(inputs, hidden), 2, scale: 0.7),
        normal(Shape(hidden), 3, scale: 0.5), normal(Shape(hidden, hidden), 4, scale: 0.7),
        normal(Shape(hidden), 5, scale: 0.5), normal(Shape(hidden, 2 * outputs), 6, scale: 0.7),
        normal(Shape(2 * outputs), 7, scale: 0.5), normal(Shape(outputs), 8),
        normal(Shape(outputs), 9),
      ]
      if skip { tensors.append(normal(Shape(inputs, outputs), 10, scale: 0.7)) }
      if let context {
        tensors.append(normal(Shape(context.leading + [context.width]), 11))
        tensors.append(normal(Shape(context.width, hidden), 12, scale: 0.7))
      }
      return tensors
    }

    func weights(_ x: [Variable]) -> GatedResidualWeights {
      GatedResidualWeights(
        input: x[1], context: context == nil ? nil : x[x.count - 1], inputBias: x[2],
        hidden: x[3], hiddenBias: x[4], gate: x[5], gateBias: x[6], skip: skip ? x[9] : nil,
        gain: x[7], bias: x[8])
    }

    func context(_ x: [Variable]) -> Variable? { context == nil ? nil : x[x.count - 2] }
  }

  static let sizes = [
    Sizes(leading: [1], inputs: 1, hidden: 1, outputs: 1, skip: false),
    Sizes(leading: [3], inputs: 4, hidden: 5, outputs: 4, skip: false),
    Sizes(leading: [2, 3], inputs: 3, hidden: 4, outputs: 5, skip: true),
    Sizes(leading: [], inputs: 3, hidden: 2, outputs: 3, skip: false),
    Sizes(leading: [4], inputs: 3, hidden: 5, outputs: 3, skip: false, context: ([4], 2)),
    Sizes(leading: [2, 3], inputs: 3, hidden: 4, outputs: 5, skip: true, context: ([2, 1], 3)),
    Sizes(leading: [3], inputs: 2, hidden: 3, outputs: 4, skip: true, context: ([], 1)),
    Sizes(leading: [0], inputs: 2, hidden: 3, outputs: 4, skip: true, context: ([], 2)),
  ]

  private static func fused(_ s: Sizes, _ x: [Variable]) -> Variable {
    gatedResidual(x[0], context: s.context(x), weights: s.weights(x), epsilon: 0.01)
  }

  private static func composed(_ s: Sizes, _ x: [Variable]) -> Variable {
    let w = s.weights(x)
    var sum = matmul(x[0], w.input) + w.inputBias
    if let context = s.context(x), let weight = w.context { sum = sum + matmul(context, weight) }
    let hidden = matmul(sum.elu(), w.hidden) + w.hiddenBias
    let halves = (matmul(hidden, w.gate) + w.gateBias)
      .split(into: [s.outputs, s.outputs], axis: -1)
    let skip = w.skip.map { matmul(x[0], $0) } ?? x[0]
    return layerNorm(
      skip + halves[0].sigmoid() * halves[1], gain: w.gain, bias: w.bias, epsilon: 0.01)
  }

  @Test("VJP matches central differences", arguments: sizes)
  func vjpMatchesCentralDifferences(_ s: Sizes) {
    expectGradients(of: s.tensors) { Self.fused(s, $0) }
  }

  @Test("Value and gradients equal the composed network", arguments: sizes)
  func equalsTheComposedNetwork(_ s: Sizes) {
    expectEqual(s.tensors, { Self.fused(s, $0) }) { Self.composed(s, $0) }
  }

  @Test func constantsRecordNothing() {
    let s = Self.sizes[5]
    let (tape, silent) = (Tape(), Tape())
    let value = Self.fused(s, s.tensors.map { tape.variable($0) }).tensor
    #expect(Self.fused(s, s.tensors.map { silent.constant($0) }).tensor == value)
    #expect(tape.operationCount == 1 && silent.operationCount == 0)
  }

  @Test func aContextWithoutItsWeightStops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let s = Sizes(leading: [2], inputs: 2, hidden: 2, outputs: 2, skip: false)
      let tape = Tape()
      let x = s.tensors.map { tape.constant($0) }
      _ = gatedResidual(x[0], context: x[0], weights: s.weights(x))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("gatedResidual: a context and its weight come together, or neither"))
  }
}
