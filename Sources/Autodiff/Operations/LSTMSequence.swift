internal import Kernels
internal import KernelInterface

/// Which hidden states an LSTM gives back.
public enum LSTMOutput: Sendable, BitwiseCopyable {
  /// The state after the last step.
  case last
  /// The states after every step.
  case all
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
///   result `[D, B, H]` for `.last`; `[G, B, H]` for `.all`, which needs `steps == G`.
/// -.
///
/// VJP: backpropagation through time, over rows in shards of fixed size; sums over steps and
///   shards have a fixed order.
/// - Source: Hochreiter & Schmidhuber (1997), *Long short-term memory*; forget gate of Gers,
///   Schmidhuber & Cummins (2000).
public func lstm(
  _ input: Variable, inputWeight: Variable, stateWeight: Variable, bias: Variable, steps: Int,
  returning output: LSTMOutput = .last
) -> Variable {
  let plan = LSTMPlan(
    input: input.shape, inputWeight: inputWeight.shape, stateWeight: stateWeight.shape,
    bias: bias.shape, steps: steps, output: output)
  let tape = input.tape
  let keeps =
    input.needsGradient || inputWeight.needsGradient || stateWeight.needsGradient
    || bias.needsGradient
  let result = tape.allocate(plan.resultShape.count)
  let state = keeps ? tape.allocate(plan.savedCount) : nil
  tape.withScratch { tape in
    plan.forward(
      tape, x: input.values, wx: inputWeight.values, wh: stateWeight.values, b: bias.values,
      into: result, saving: state ?? tape.allocate(plan.shardCount(rows: plan.shardRows)),
      keeps: keeps)
  }
  guard let state else {
    return tape.record(
      "lstm", input, inputWeight, stateWeight, bias, output: result, shape: plan.resultShape
    ) { _ in }
  }
  return tape.record(
    "lstm", input, inputWeight, stateWeight, bias, output: result, shape: plan.resultShape,
    saving: LSTMSaved(plan: plan, state: state)
  ) { context in
    let saved = context.saved(as: LSTMSaved.self)
    context.tape.withScratch { saved.plan.backward($0, context, state: saved.state) }
  }
}

private struct LSTMSaved: BitwiseCopyable {
  var plan: LSTMPlan
  var state: UnsafeMutablePointer<Scalar>
}

/// The sizes of one run.
///
/// A row is one (window, sequence) pair; at step t, row r reads position row `t·batch + r` of the
/// projected input, because windows follow each other by one position.
private struct LSTMPlan: BitwiseCopyable {
  let positions: Int
  let batch: Int
  let inputs: Int
  let hidden: Int
  let steps: Int
  let output: LSTMOutput
  /// Rows that run through the whole sequence together; their state of one step fits the
  /// second-level cache.
  let shardRows: Int

  init(
    input: Shape, inputWeight: Shape, stateWeight: Shape, bias: Shape, steps: Int,
    output: LSTMOutput
  ) {
    check(
      input.rank == 3 && inputWeight.rank == 2 && stateWeight.rank == 2 && bias.rank == 1
        && inputWeight[0] == input[2] && inputWeight[1] == 4 * stateWeight[0]
        && stateWeight[1] == inputWeight[1] && bias[0] == inputWeight[1],
      "lstm: input \(input), weights \(inputWeight) and \(stateWeight), bias \(bias)")
    check(steps >= 1 && steps <= input[0], "lstm: \(steps) steps over \(input[0]) positions")
    check(output == .last || steps == input[0], "lstm: all states of \(steps) of \(input[0])")
    positions = input[0]
    batch = input[1]
    inputs = input[2]
    hidden = stateWeight[0]
    self.steps = steps
    self.output = output
    shardRows = max(12, 32_768 / (8 * max(hidden, 1)) / 12 * 12)
  }

  var windows: Int { positions - steps + 1 }
  var rows: Int { windows * batch }
  var resultShape: Shape { Shape(output == .last ? windows : positions, batch, hidden) }

  /// What one shard keeps: activations `[steps, rows, 4H]`, tanh of the cell `[steps, rows, H]`,
  /// cell and hidden state `[steps + 1, rows, H]`.
  func shardCount(rows: Int) -> Int { rows * hidden * (5 * steps + 2 * (steps + 1)) }

  var savedCount: Int { shardCount(rows: rows) }

  private func shard(_ first: Int, _ count: Int, _ state: UnsafeMutablePointer<Scalar>)
    -> LSTMShard
  {
    let size = count * hidden
    let gates = state
    let tanhCell = gates + 4 * size * steps
    let cell = tanhCell + size * steps
    return LSTMShard(
      first: first, rows: count, gates: gates, tanhCell: tanhCell, cell: cell,
      hidden: cell + size * (steps + 1))
  }

  func forward(
    _ tape: Tape, x: UnsafePointer<Scalar>, wx: UnsafePointer<Scalar>, wh: UnsafePointer<Scalar>,
    b: UnsafePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>,
    saving state: UnsafeMutablePointer<Scalar>, keeps: Bool
  ) {
    let width = 4 * hidden
    let projected = tape.allocate(positions * batch * width)
    for row in 0..<positions * batch { (projected + row * width).update(from: b, count: width) }
    tape.multiply(
      positions * batch, inputs, width, x, (inputs, 1), wx, (width, 1), into: projected,
      accumulate: true)
    let packed = tape.pack(hidden, width, wh, (width, 1))
    var first = 0
    while first < rows {
      let count = min(shardRows, rows - first)
      let size = count * hidden
      let shard = shard(first, count, state + (keeps ? shardCount(rows: first) : 0))
      shard.cell.update(repeating: 0, count: size)
      shard.hidden.update(repeating: 0, count: size)
      for t in 0..<steps {
        let gates = shard.gates + t * 4 * size
        gates.update(from: projected + (t * batch + first) * width, count: count * width)
        let h = shard.hidden + t * size
        if t > 0 {
          kernels.multiplyPacked(
            rows: count, depth: hidden, columns: width, h, rowStride: hidden, columnStride: 1,
            packed: packed, into: gates, rowStride: width, accumulate: true)
        }
        kernels.lstmForward(
          rows: count, hidden: hidden, gates: gates, cell: shard.cell + t * size,
          intoCell: shard.cell + (t + 1) * size, tanhCell: shard.tanhCell + t * size,
          output: h + size)
        if output == .all {
          (result + (t * batch + first) * hidden).update(from: h + size, count: size)
        }
      }
      if output == .last {
        (result + first * hidden).update(from: shard.hidden + steps * size, count: size)
      }
      first += count
    }
  }

  func backward(_ tape: Tape, _ context: VJPContext, state: UnsafeMutablePointer<Scalar>) {
    let width = 4 * hidden
    let projected = tape.allocate(positions * batch * width)
    projected.update(repeating: 0, count: positions * batch * width)
    let transposed = tape.pack(width, hidden, context.input(2), (1, width))
    let outputCotangent = tape.allocate(shardRows * hidden)
    let cellCotangent = tape.allocate(shardRows * hidden)
    var first = 0
    while first < rows {
      let count = min(shardRows, rows - first)
      let size = count * hidden
      let shard = shard(first, count, state + shardCount(rows: first))
      outputCotangent.update(repeating: 0, count: size)
      cellCotangent.update(repeating: 0, count: size)
      for t in (0..<steps).reversed() {
        if output == .all || t == steps - 1 {
          let position = output == .all ? t * batch + first : first
          kernels.addScaled(size, 1, context.seed + position * hidden, into: outputCotangent)
        }
        let gates = shard.gates + t * 4 * size
        kernels.lstmBackward(
          rows: count, hidden: hidden, gates: gates, cell: shard.cell + t * size,
          tanhCell: shard.tanhCell + t * size, outputCotangent: outputCotangent,
          cellCotangent: cellCotangent)
        kernels.addScaled(
          count * width, 1, gates, into: projected + (t * batch + first) * width)
        if t > 0 {
          kernels.multiplyPacked(
            rows: count, depth: width, columns: hidden, gates, rowStride: width, columnStride: 1,
            packed: transposed, into: outputCotangent, rowStride: hidden, accumulate: false)
        }
      }
      if let stateWeight = context.cotangent(2) {
        // All steps at once: Σ_t h_{t−1}ᵀ ḡ_t.
        tape.multiply(
          hidden, steps * count, width, shard.hidden, (1, hidden), shard.gates, (width, 1),
          into: stateWeight, accumulate: true)
      }
      first += count
    }
    let (x, wx) = (context.input(0), context.input(1))
    if let inputWeight = context.cotangent(1) {
      tape.multiply(
        inputs, positions * batch, width, x, (1, inputs), projected, (width, 1),
        into: inputWeight, accumulate: true)
    }
    if let bias = context.cotangent(3) {
      for row in 0..<positions * batch {
        kernels.addScaled(width, 1, projected + row * width, into: bias)
      }
    }
    if let input = context.cotangent(0) {
      tape.multiply(
        positions * batch, width, inputs, projected, (width, 1), wx, (1, width), into: input,
        accumulate: true)
    }
  }
}

/// The state of one shard of rows over all steps.
private struct LSTMShard {
  let first: Int
  let rows: Int
  let gates: UnsafeMutablePointer<Scalar>
  let tanhCell: UnsafeMutablePointer<Scalar>
  let cell: UnsafeMutablePointer<Scalar>
  let hidden: UnsafeMutablePointer<Scalar>
}
