import Autodiff
import TestSupport
import Testing

@Suite struct GRUSequenceTests {
  struct Sizes: CustomStringConvertible, Sendable {
    var positions: Int
    var batch: Int
    var inputs: Int
    var hidden: Int
    var steps: Int
    var output: LSTMOutput = .last
    var initial = false
    var description: String {
      "\(positions) × \(batch) × \(inputs) → \(hidden), \(steps) \(output)"
        + (initial ? ", initial state" : "")
    }

    var tensors: [Tensor] {
      [
        normal(Shape(positions, batch, inputs), 1),
        normal(Shape(inputs, 3 * hidden), 2, scale: 0.7),
        normal(Shape(hidden, 3 * hidden), 3, scale: 0.7),
        normal(Shape(3 * hidden), 4, scale: 0.5), normal(Shape(hidden), 5, scale: 0.5),
      ] + (initial ? [normal(Shape(batch, hidden), 6)] : [])
    }
  }

  static let sizes = [
    Sizes(positions: 1, batch: 1, inputs: 1, hidden: 1, steps: 1),
    Sizes(positions: 4, batch: 3, inputs: 2, hidden: 5, steps: 4),
    Sizes(positions: 4, batch: 3, inputs: 2, hidden: 3, steps: 4, output: .all),
    Sizes(positions: 7, batch: 2, inputs: 3, hidden: 4, steps: 3),
    Sizes(positions: 6, batch: 1, inputs: 1, hidden: 2, steps: 1),
    Sizes(positions: 5, batch: 2, inputs: 2, hidden: 3, steps: 3, output: .all),
    Sizes(positions: 3, batch: 0, inputs: 2, hidden: 2, steps: 2),
    Sizes(positions: 1, batch: 1, inputs: 1, hidden: 1, steps: 1, initial: true),
    Sizes(positions: 3, batch: 4, inputs: 2, hidden: 3, steps: 3, output: .all, initial: true),
  ]

  private static func fused(_ s: Sizes, _ x: [Variable]) -> Variable {
    gru(
      x[0], inputWeight: x[1], stateWeight: x[2], bias: x[3], stateBias: x[4],
      initial: s.initial ? x[5] : nil, steps: s.steps, returning: s.output)
  }

  /// The cell written out, one window after the other.
  private static func composed(_ s: Sizes, _ x: [Variable]) -> Variable {
    let widths = [s.hidden, s.hidden, s.hidden]
    var (results, all) = ([Variable](), [[Variable]](repeating: [], count: s.steps))
    for window in 0...(s.positions - s.steps) {
      var h =
        s.initial
        ? x[5] : x[0].tape.constant(Tensor(repeating: 0, shape: Shape(s.batch, s.hidden)))
      for t in 0..<s.steps {
        let own = (matmul(x[0].slice(at: window + t, axis: 0), x[1]) + x[3])
          .split(into: widths, axis: 1)
        let state = matmul(h, x[2]).split(into: widths, axis: 1)
        let reset = (own[0] + state[0]).sigmoid()
        let update = (own[1] + state[1]).sigmoid()
        let candidate = (own[2] + reset * (state[2] + x[4])).tanh()
        h = (1 - update) * candidate + update * h
        all[t].append(h)
      }
      results.append(h)
    }
    return s.output == .last ? stack(results) : stack(all.map { concatenate($0) })
  }

  @Test("VJP matches central differences", arguments: sizes)
  func vjpMatchesCentralDifferences(_ s: Sizes) {
    expectGradients(of: s.tensors) { Self.fused(s, $0) }
  }

  @Test("Value and gradients equal the composed cell", arguments: sizes)
  func equalsTheComposedCell(_ s: Sizes) {
    expectEqual(s.tensors, { Self.fused(s, $0) }) { Self.composed(s, $0) }
  }

  /// More rows than one shard holds, and few rows in two halves: the sum over shards must be complete.
  @Test(arguments: [
    Sizes(positions: 40, batch: 60, inputs: 2, hidden: 16, steps: 3),
    Sizes(positions: 14, batch: 50, inputs: 2, hidden: 32, steps: 14),
  ])
  func shardsAddUp(_ s: Sizes) {
    let mean = Scalar(1) / Scalar((s.positions - s.steps + 1) * s.batch)
    expectEqual(s.tensors, { Self.fused(s, $0).scaled(by: mean) }) {
      Self.composed(s, $0).scaled(by: mean)
    }
  }

  @Test func handingTheStateOnContinuesTheSequence() {
    let whole = Sizes(positions: 5, batch: 2, inputs: 3, hidden: 4, steps: 5)
    let tape = Tape()
    let x = whole.tensors.map { tape.constant($0) }
    func run(_ range: Range<Int>, from state: Variable?) -> Variable {
      gru(
        x[0].slice(range), inputWeight: x[1], stateWeight: x[2], bias: x[3], stateBias: x[4],
        initial: state, steps: range.count
      ).removingAxis(0)
    }
    let parts = run(2..<5, from: run(0..<2, from: nil)).tensor.elements
    for (a, b) in zip(run(0..<5, from: nil).tensor.elements, parts) {
      #expect((a - b).magnitude <= 8 * Scalar.ulpOfOne)
    }
  }

  @Test func withoutGradientsTheValueIsTheSame() {
    let s = Sizes(positions: 40, batch: 60, inputs: 2, hidden: 16, steps: 3)
    let (tape, silent) = (Tape(), Tape())
    let value = Self.fused(s, s.tensors.map { tape.variable($0) }).tensor
    #expect(Self.fused(s, s.tensors.map { silent.constant($0) }).tensor == value)
    #expect(silent.operationCount == 0 && silent.byteCount < tape.byteCount)
  }

  @Test func shapesThatDoNotFitStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape()
      let x = [[4, 2, 3], [3, 6], [2, 6], [6], [3]].map {
        tape.constant(Tensor(repeating: 0, shape: Shape($0)))
      }
      _ = gru(x[0], inputWeight: x[1], stateWeight: x[2], bias: x[3], stateBias: x[4], steps: 4)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("gru: input [4, 2, 3], weights [3, 6] and [2, 6], biases [6] and [3]"))
  }
}
