import Autodiff
import TestSupport
import Testing

@Suite struct LSTMSequenceTests {
  struct Sizes: CustomStringConvertible, Sendable {
    var positions: Int
    var batch: Int
    var inputs: Int
    var hidden: Int
    var steps: Int
    var output: LSTMOutput = .last
    var description: String {
      "\(positions) × \(batch) × \(inputs) → \(hidden), \(steps) \(output)"
    }
  }

  static let sizes = [
    Sizes(positions: 1, batch: 1, inputs: 1, hidden: 1, steps: 1),
    Sizes(positions: 4, batch: 3, inputs: 2, hidden: 5, steps: 4),
    Sizes(positions: 4, batch: 3, inputs: 2, hidden: 3, steps: 4, output: .all),
    Sizes(positions: 7, batch: 2, inputs: 3, hidden: 4, steps: 3),
    Sizes(positions: 6, batch: 1, inputs: 1, hidden: 2, steps: 1),
    Sizes(positions: 7, batch: 2, inputs: 3, hidden: 4, steps: 3, output: .all),
  ]

  private static func inputs(_ s: Sizes) -> [Tensor] {
    [
      randomTensor(Shape(s.positions, s.batch, s.inputs), seed: 1),
      randomTensor(Shape(s.inputs, 4 * s.hidden), seed: 2, scale: 0.7),
      randomTensor(Shape(s.hidden, 4 * s.hidden), seed: 3, scale: 0.7),
      randomTensor(Shape(4 * s.hidden), seed: 4, scale: 0.5),
    ]
  }

  private static func fused(_ s: Sizes, _ x: [Variable]) -> Variable {
    lstm(
      x[0], inputWeight: x[1], stateWeight: x[2], bias: x[3], steps: s.steps, returning: s.output)
  }

  @Test("VJP matches central differences", arguments: sizes)
  func vjpMatchesCentralDifferences(_ s: Sizes) {
    expectGradients(of: Self.inputs(s)) { Self.fused(s, $0) }
  }

  /// The cell written out with the tape's small operations, one window after the other.
  private func composed(_ s: Sizes, _ x: [Variable]) -> [Variable] {
    let tape = x[0].tape
    let h4 = 4 * s.hidden
    /// Columns of one gate of `[rows, 4H]`, by a product with a selection matrix.
    func gate(_ z: Variable, _ index: Int) -> Variable {
      var selection = Tensor(repeating: 0, shape: Shape(h4, s.hidden))
      for j in 0..<s.hidden { selection.elements[(index * s.hidden + j) * s.hidden + j] = 1 }
      return matmul(z, tape.constant(selection))
    }
    var (results, all) = ([Variable](), [[Variable]](repeating: [], count: s.steps))
    for window in 0...(s.positions - s.steps) {
      var h = tape.constant(Tensor(repeating: 0, shape: Shape(s.batch, s.hidden)))
      var c = h
      for t in 0..<s.steps {
        let input = x[0].slice(window + t..<window + t + 1).reshaped(to: Shape(s.batch, s.inputs))
        let z = matmul(input, x[1]) + matmul(h, x[2]) + x[3]
        c = gate(z, 1).sigmoid() * c + gate(z, 0).sigmoid() * gate(z, 3).tanh()
        h = gate(z, 2).sigmoid() * c.tanh()
        all[t].append(h)
      }
      results.append(h)
    }
    return s.output == .last ? results : all.flatMap { $0 }
  }

  @Test("Value and gradients equal the composed cell", arguments: sizes)
  func equalsTheComposedCell(_ s: Sizes) {
    let (fast, slow) = (Tape(), Tape())
    let tensors = Self.inputs(s)
    let fastInputs = tensors.map { fast.variable($0) }
    let slowInputs = tensors.map { slow.variable($0) }
    let value = Self.fused(s, fastInputs)
    let parts = composed(s, slowInputs)
    let windows = s.positions - s.steps + 1
    #expect(
      value.shape
        == (s.output == .last
          ? Shape(windows, s.batch, s.hidden) : Shape(s.steps, windows * s.batch, s.hidden)))
    let flat = parts.flatMap { $0.tensor.elements }
    let tolerance = 100 * Double(Scalar.ulpOfOne)
    for (a, b) in zip(value.tensor.elements, flat) { #expect(abs(Double(a - b)) <= tolerance) }

    let cotangent = randomTensor(value.shape, seed: 9)
    fast.backward(from: value, cotangent: cotangent)
    let size = s.batch * s.hidden
    var loss = slow.constant(0)
    for (index, part) in parts.enumerated() {
      let seed = Tensor(
        Array(cotangent.elements[index * size..<(index + 1) * size]), shape: part.shape)
      loss = loss + dot(part, slow.constant(seed))
    }
    slow.backward(from: loss)
    for (a, b) in zip(fastInputs, slowInputs) {
      for (g, reference) in zip(fast.gradient(of: a).elements, slow.gradient(of: b).elements) {
        #expect(abs(Double(g - reference)) <= tolerance * max(1, abs(Double(reference))))
      }
    }
  }

  private static func withState(_ s: Sizes) -> [Tensor] {
    inputs(s) + [
      randomTensor(Shape(s.batch, s.hidden), seed: 5),
      randomTensor(Shape(s.batch, s.hidden), seed: 6),
    ]
  }

  /// Output and final state side by side, from a given state.
  private static func carried(_ s: Sizes, _ x: [Variable]) -> Variable {
    let (output, state) = lstm(
      x[0], inputWeight: x[1], stateWeight: x[2], bias: x[3],
      initial: LSTMState(hidden: x[4], cell: x[5]), returning: s.output)
    let weight = output.tape.constant(randomTensor(output.shape, seed: 7))
    let last = output.tape.constant(randomTensor(state.hidden.shape, seed: 8))
    return dot(output, weight) + dot(state.hidden, last) + dot(state.cell, last.squared())
  }

  @Test("VJP with initial and final state", arguments: [sizes[0], sizes[1], sizes[2]])
  func stateVJPMatchesCentralDifferences(_ s: Sizes) {
    expectGradients(of: Self.withState(s)) { Self.carried(s, $0) }
  }

  @Test func handingTheStateOnEqualsOneRun() {
    let s = Sizes(positions: 9, batch: 5, inputs: 3, hidden: 4, steps: 9, output: .all)
    let tape = Tape()
    let x = Self.inputs(s).map { tape.constant($0) }
    let whole = Self.fused(s, x)
    let first = lstm(
      x[0].slice(0..<4), inputWeight: x[1], stateWeight: x[2], bias: x[3], initial: nil,
      returning: .all)
    let second = lstm(
      x[0].slice(4..<9), inputWeight: x[1], stateWeight: x[2], bias: x[3], initial: first.state,
      returning: .all)
    #expect(first.output.tensor.elements + second.output.tensor.elements == whole.tensor.elements)
    #expect(second.state.hidden.tensor.elements == Array(whole.tensor.elements.suffix(20)))
  }

  @Test func withoutGradientsTheSameBitsAndNothingKept() {
    let s = Sizes(positions: 7, batch: 2, inputs: 3, hidden: 4, steps: 3)
    let tape = Tape()
    let kept = Self.fused(s, Self.inputs(s).map { tape.variable($0) }).tensor
    let other = Tape()
    let result = Self.fused(s, Self.inputs(s).map { other.constant($0) })
    #expect(result.tensor == kept)
    #expect(other.operationCount == 0)
  }

  /// More rows than one shard holds, and few rows in two halves: the sum over shards must be complete.
  @Test(arguments: [
    Sizes(positions: 40, batch: 60, inputs: 2, hidden: 16, steps: 3),
    Sizes(positions: 10, batch: 50, inputs: 4, hidden: 32, steps: 10),
    Sizes(positions: 40, batch: 11, inputs: 4, hidden: 32, steps: 40),
  ])
  func shardsAddUp(_ s: Sizes) {
    let tensors = Self.inputs(s)
    let tape = Tape()
    let inputs = tensors.map { tape.variable($0) }
    let value = Self.fused(s, inputs)
    tape.backward(from: value, cotangent: Tensor(repeating: 1, shape: value.shape))
    let slow = Tape()
    let slowInputs = tensors.map { slow.variable($0) }
    var loss = slow.constant(0)
    for part in composed(s, slowInputs) { loss = loss + part.sum() }
    slow.backward(from: loss)
    for (a, b) in zip(inputs, slowInputs) {
      for (g, reference) in zip(tape.gradient(of: a).elements, slow.gradient(of: b).elements) {
        #expect(
          abs(Double(g - reference)) <= 1e4 * Double(Scalar.ulpOfOne)
            * max(1, abs(Double(reference))))
      }
    }
  }
}
