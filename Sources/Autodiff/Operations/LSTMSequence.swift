/// Which hidden states an LSTM gives back.
public enum LSTMOutput: Sendable, BitwiseCopyable {
  /// The state after the last step.
  case last
  /// The states after every step.
  case all
}

/// The state of an LSTM between two steps.
///
/// - Shapes: both `[B, H]`.
public struct LSTMState {
  /// h, the output of the last step.
  public var hidden: Variable
  /// c, the memory of the cell.
  public var cell: Variable

  /// A state to start from.
  public init(hidden: Variable, cell: Variable) {
    self.hidden = hidden
    self.cell = cell
  }
}

/// A long short-term memory network over a whole sequence, as one operation.
///
/// With gates i, f, o and candidate g in the columns of the weights, from a zero state,
/// `(i, f, o, g) = x_t Wx + h_{t−1} Wh + b`, `c_t = σ(f) ⊙ c_{t−1} + σ(i) ⊙ tanh(g)`,
/// `h_t = σ(o) ⊙ tanh(c_t)`.
///
/// **Windows.** With `steps` below the sequence's length G, the network runs over every window of
/// `steps` consecutive positions, D = G − steps + 1 of them, each from a zero state: window d sees
/// positions d … d + steps − 1. The input projection is computed once per position, not once per
/// window; nothing is copied.
///
/// - Shapes: `input` `[G, B, I]`; `inputWeight` `[I, 4H]`; `stateWeight` `[H, 4H]`; `bias` `[4H]`;
///   result `[D, B, H]` for `.last`; `[steps, D·B, H]` for `.all`, windows outermost in a row, so
///   that a second layer runs over the windows of the first as over D·B sequences.
/// - VJP: backpropagation through time. The B sequences are computed in parts of a size that
///   depends on the shapes alone; sums over steps and parts have a fixed order.
/// - Source: Hochreiter & Schmidhuber (1997), *Long short-term memory*; forget gate of Gers,
///   Schmidhuber & Cummins (2000).
public func lstm(
  _ input: Variable, inputWeight: Variable, stateWeight: Variable, bias: Variable, steps: Int,
  returning output: LSTMOutput = .last
) -> Variable {
  let plan = LSTMPlan(
    input: input.shape, inputWeight: inputWeight.shape, stateWeight: stateWeight.shape,
    bias: bias.shape, steps: steps, output: output, returnsState: false)
  return record(plan, input, inputWeight, stateWeight, bias, nil, plan.resultShape)
}

/// The same from a given state, over the whole sequence, with the state at its end.
///
/// The result's rows are those of ``lstm(_:inputWeight:stateWeight:bias:steps:returning:)`` for
/// `steps == G`; two calls that hand the state on equal one call over both parts.
///
/// - Shapes: as there; `initial` and the final state `[B, H]`. Without `initial`, from zero.
public func lstm(
  _ input: Variable, inputWeight: Variable, stateWeight: Variable, bias: Variable,
  initial: LSTMState?, returning output: LSTMOutput = .last
) -> (output: Variable, state: LSTMState) {
  let plan = LSTMPlan(
    input: input.shape, inputWeight: inputWeight.shape, stateWeight: stateWeight.shape,
    bias: bias.shape, steps: input.shape.rank == 3 ? input.shape[0] : 0, output: output,
    returnsState: true)
  let state = Shape(plan.batch, plan.hidden)
  if let initial {
    check(
      initial.hidden.shape == state && initial.cell.shape == state,
      "lstm: initial state \(initial.hidden.shape), \(initial.cell.shape), not \(state)")
  }
  // One variable holds the output, h and c one after the other.
  let (rows, size) = (plan.resultShape.count, state.count)
  let all = record(
    plan, input, inputWeight, stateWeight, bias, initial, Shape(rows + 2 * size))
  return (
    output: all.slice(0..<rows).reshaped(to: plan.resultShape),
    state: LSTMState(
      hidden: all.slice(rows..<rows + size).reshaped(to: state),
      cell: all.slice(rows + size..<rows + 2 * size).reshaped(to: state))
  )
}

private func record(
  _ plan: LSTMPlan, _ x: Variable, _ wx: Variable, _ wh: Variable, _ b: Variable,
  _ initial: LSTMState?, _ shape: Shape
) -> Variable {
  let tape = x.tape
  let keeps =
    x.needsGradient || wx.needsGradient || wh.needsGradient || b.needsGradient
    || initial.map { $0.hidden.needsGradient || $0.cell.needsGradient } ?? false
  let result = tape.allocate(shape.count)
  let saved = LSTMSaved(plan: plan, state: keeps ? tape.allocate(plan.stateCount) : nil)
  tape.withScratch { tape in
    let scratch = LSTMScratch(tape, perWorker: LSTMForward.scratchCount(plan, keeps: keeps))
    let work = LSTMForward(
      plan: plan, x: x.values, wx: wx.values, wh: wh.values, b: b.values,
      initialHidden: initial?.hidden.values, initialCell: initial?.cell.values, result: result,
      state: saved.state, scratch: scratch)
    tape.run(work, shards: plan.shards)
  }
  return tape.record(
    "lstm", x, wx, wh, b, initial?.hidden, initial?.cell, output: result, shape: shape,
    saving: saved
  ) { context in
    let saved = context.saved(as: LSTMSaved.self)
    guard let state = saved.state else { return }
    context.tape.withScratch { pullBack($0, context, saved.plan, state) }
  }
}

private func pullBack(
  _ tape: Tape, _ context: VJPContext, _ plan: LSTMPlan, _ state: UnsafeMutablePointer<Scalar>
) {
  let hasInitial = context.inputCount == 6
  let needsWeights = context.needs(1) || context.needs(2) || context.needs(3)
  let gradients = needsWeights ? tape.allocate(plan.shards * plan.gradientCount) : nil
  let work = LSTMBackward(
    plan: plan, x: context.input(0), wx: context.input(1), wh: context.input(2),
    seed: context.seed, state: state, gradients: gradients, inputCotangent: context.cotangent(0),
    hiddenCotangent: hasInitial ? context.cotangent(4) : nil,
    cellCotangent: hasInitial ? context.cotangent(5) : nil,
    scratch: LSTMScratch(
      tape, perWorker: LSTMBackward.scratchCount(plan, needsInput: context.needs(0))))
  tape.run(work, shards: plan.shards)
  guard let gradients else { return }
  var first = gradients
  for input in 1...3 {
    let count = context.inputCount(input)
    if let cotangent = context.cotangent(input) {
      tape.addParts(
        plan.shards, first, stride: plan.gradientCount, into: cotangent, count: count)
    }
    first += count
  }
}

/// What the reverse sweep needs again.
private struct LSTMSaved: BitwiseCopyable {
  var plan: LSTMPlan
  var state: UnsafeMutablePointer<Scalar>?
}
