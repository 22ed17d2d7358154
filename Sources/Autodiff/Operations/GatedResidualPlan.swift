internal import Kernels
internal import KernelInterface

/// What a gated residual network keeps for its VJP, on the tape.
struct GatedResidualState: BitwiseCopyable {
  /// η₂ `[rows, H]`.
  let activated: UnsafeMutablePointer<Scalar>
  /// η₁ `[rows, H]`.
  let hidden: UnsafeMutablePointer<Scalar>
  /// σ(η₁ W₄ + b₄) `[rows, O]`.
  let gate: UnsafeMutablePointer<Scalar>
  /// η₁ W₅ + b₅ `[rows, O]`.
  let value: UnsafeMutablePointer<Scalar>
  let norm: RowNormalization

  init(_ plan: GatedResidualPlan, _ tape: Tape) {
    activated = tape.allocate(plan.rows * plan.hidden)
    hidden = tape.allocate(plan.rows * plan.hidden)
    gate = tape.allocate(plan.rows * plan.outputs)
    value = tape.allocate(plan.rows * plan.outputs)
    norm = RowNormalization(Rows(count: plan.rows, length: plan.outputs), tape)
  }
}

/// The sizes of one gated residual network, its forward and its backward pass.
struct GatedResidualPlan: BitwiseCopyable {
  let rows: Int
  let inputs: Int
  let hidden: Int
  let outputs: Int
  let contextInputs: Int
  let contextRows: Int
  private let hasSkip: Bool
  private let hasContext: Bool
  /// Which row of the context each row of the input uses.
  private let pairing: Broadcast

  init(_ a: Shape, _ c: Shape?, _ w: GatedResidualWeights) {
    let (w2, w1, w4) = (w.input.shape, w.hidden.shape, w.gate.shape)
    check(
      a.rank >= 1 && w2.rank == 2 && w4.rank == 2 && w2[0] == a[a.rank - 1]
        && w1 == Shape(w2[1], w2[1]) && w4[0] == w2[1] && w4[1] % 2 == 0 && w4[1] > 0
        && w.inputBias.shape == Shape(w2[1]) && w.hiddenBias.shape == w.inputBias.shape
        && w.gateBias.shape == Shape(w4[1]),
      "gatedResidual: input \(a), weights \(w2), \(w1) and \(w4), "
        + "biases \(w.inputBias.shape), \(w.hiddenBias.shape) and \(w.gateBias.shape)")
    inputs = w2[0]
    hidden = w2[1]
    outputs = w4[1] / 2
    check(
      w.gain.shape == Shape(outputs) && w.bias.shape == w.gain.shape
        && (w.skip?.shape ?? Shape(inputs, inputs)) == Shape(inputs, outputs),
      "gatedResidual: \(inputs) inputs, \(outputs) outputs, skip \(w.skip?.shape.description ?? "none")"
        + ", gain \(w.gain.shape), bias \(w.bias.shape)")
    check(
      (c != nil) == (w.context != nil),
      "gatedResidual: a context and its weight come together, or neither")
    hasSkip = w.skip != nil
    hasContext = c != nil
    let leading = a.prefix(a.rank - 1)
    rows = leading.count
    if let c, let w3 = w.context?.shape {
      check(
        c.rank >= 1 && w3 == Shape(c[c.rank - 1], hidden),
        "gatedResidual: context \(c), its weight \(w3), \(hidden) hidden units")
      let contextLeading = c.prefix(c.rank - 1)
      pairing = Broadcast("gatedResidual", leading, contextLeading)
      check(
        pairing.shape == leading,
        "gatedResidual: context \(c) does not broadcast to the rows of input \(a)")
      contextInputs = w3[0]
      contextRows = contextLeading.count
    } else {
      pairing = Broadcast("gatedResidual", leading, leading)
      contextInputs = 0
      contextRows = 0
    }
  }

  func forward(
    _ tape: Tape, _ a: Variable, _ c: Variable?, _ w: GatedResidualWeights,
    _ state: GatedResidualState, _ epsilon: Scalar, into output: UnsafeMutablePointer<Scalar>
  ) {
    let (h, o) = (hidden, outputs)
    let sums = tape.allocate(rows * h)
    fill(rows, h, w.inputBias.values, sums)
    tape.multiply(
      rows, inputs, h, a.values, (inputs, 1), w.input.values, (h, 1), into: sums, accumulate: true)
    if let c, let weight = w.context {
      let projected = tape.allocate(contextRows * h)
      tape.multiply(
        contextRows, contextInputs, h, c.values, (contextInputs, 1), weight.values, (h, 1),
        into: projected, accumulate: false)
      for row in 0..<rows {
        let source = pairing.operands(row).right
        kernels.addScaled(h, 1, projected + source * h, into: sums + row * h)
      }
    }
    tape.exponentialLinear(rows * h, sums, into: state.activated)
    fill(rows, h, w.hiddenBias.values, state.hidden)
    tape.multiply(
      rows, h, h, state.activated, (h, 1), w.hidden.values, (h, 1), into: state.hidden,
      accumulate: true)
    let both = tape.allocate(rows * 2 * o)
    fill(rows, 2 * o, w.gateBias.values, both)
    tape.multiply(
      rows, h, 2 * o, state.hidden, (h, 1), w.gate.values, (2 * o, 1), into: both,
      accumulate: true)
    let residual = tape.allocate(rows * o)
    if let skip = w.skip {
      tape.multiply(
        rows, inputs, o, a.values, (inputs, 1), skip.values, (o, 1), into: residual,
        accumulate: false)
    } else {
      residual.update(from: a.values, count: rows * o)
    }
    for row in 0..<rows {
      let source = both + row * 2 * o
      kernels.sigmoid(o, source, into: state.gate + row * o)
      (state.value + row * o).update(from: source + o, count: o)
    }
    kernels.addProduct(rows * o, state.gate, state.value, into: residual)
    state.norm.forward(
      residual, gain: w.gain.values, bias: w.bias.values, epsilon: epsilon, into: output)
  }

  func backward(_ tape: Tape, _ context: VJPContext, _ state: GatedResidualState) {
    let (h, o) = (hidden, outputs)
    let residual = tape.allocate(rows * o)
    residual.update(repeating: 0, count: rows * o)
    state.norm.backward(
      context.seed, gain: context.input(7), scratch: tape.allocate(o), addingTo: residual,
      gainCotangent: context.cotangent(7), biasCotangent: context.cotangent(8))
    let both = tape.allocate(rows * 2 * o)
    for row in 0..<rows {
      let (gate, value) = (state.gate + row * o, state.value + row * o)
      let (source, target) = (residual + row * o, both + row * 2 * o)
      for j in 0..<o {
        target[j] = source[j] * value[j] * gate[j] * (1 - gate[j])
        target[o + j] = source[j] * gate[j]
      }
    }
    // The cotangents of η₁ and η₂; the latter becomes that of the ELU's argument.
    let (hiddenSeed, inputSeed) = (tape.allocate(rows * h), tape.allocate(rows * h))
    hiddenSeed.update(repeating: 0, count: rows * h)
    inputSeed.update(repeating: 0, count: rows * h)
    pullBack(tape, context, rows, h, 2 * o, state.hidden, 5, bias: 6, both, into: hiddenSeed)
    pullBack(tape, context, rows, h, h, state.activated, 3, bias: 4, hiddenSeed, into: inputSeed)
    for k in 0..<rows * h where state.activated[k] <= 0 { inputSeed[k] *= state.activated[k] + 1 }
    let (a, ā) = (context.input(0), context.cotangent(0))
    pullBack(tape, context, rows, inputs, h, a, 1, bias: 2, inputSeed, into: ā)
    if hasSkip {
      pullBack(tape, context, rows, inputs, o, a, 9, residual, into: ā)
    } else if let ā {
      kernels.addScaled(rows * o, 1, residual, into: ā)
    }
    if hasContext {
      let first = hasSkip ? 10 : 9
      let seed = tape.allocate(contextRows * h)
      seed.update(repeating: 0, count: contextRows * h)
      for row in 0..<rows {
        kernels.addScaled(
          h, 1, inputSeed + row * h, into: seed + pairing.operands(row).right * h)
      }
      pullBack(
        tape, context, contextRows, contextInputs, h, context.input(first), first + 1, seed,
        into: context.cotangent(first))
    }
  }

  /// The bias in every row.
  private func fill(
    _ rows: Int, _ columns: Int, _ bias: UnsafePointer<Scalar>,
    _ target: UnsafeMutablePointer<Scalar>
  ) {
    for row in 0..<rows { (target + row * columns).update(from: bias, count: columns) }
  }

  /// Pulls the cotangent `seed` `[rows, columns]` of `X W + b` back, for X `[rows, depth]` and the
  /// inputs W and b at the given positions.
  private func pullBack(
    _ tape: Tape, _ context: VJPContext, _ rows: Int, _ depth: Int, _ columns: Int,
    _ x: UnsafePointer<Scalar>, _ weight: Int, bias: Int? = nil, _ seed: UnsafePointer<Scalar>,
    into cotangent: UnsafeMutablePointer<Scalar>?
  ) {
    if let target = context.cotangent(weight) {
      tape.multiply(
        depth, rows, columns, x, (1, depth), seed, (columns, 1), into: target, accumulate: true)
    }
    if let bias, let target = context.cotangent(bias) {
      for row in 0..<rows { kernels.addScaled(columns, 1, seed + row * columns, into: target) }
    }
    if let cotangent {
      tape.multiply(
        rows, columns, depth, seed, (columns, 1), context.input(weight), (1, columns),
        into: cotangent, accumulate: true)
    }
  }
}
