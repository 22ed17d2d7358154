internal import Kernels
internal import KernelInterface

/// The sizes of one run of a gated recurrent unit, its forward and its backward pass.
///
/// A row is one (window, sequence) pair; at step t, row r reads position row `t·batch + r` of the
/// projected input, because windows follow each other by one position.
struct GRUPlan: BitwiseCopyable {
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
    _ input: Shape, _ inputWeight: Shape, _ stateWeight: Shape, _ bias: Shape, _ stateBias: Shape,
    steps: Int, output: LSTMOutput
  ) {
    check(
      input.rank == 3 && inputWeight.rank == 2 && stateWeight.rank == 2
        && inputWeight == Shape(input[2], 3 * stateWeight[0])
        && stateWeight[1] == inputWeight[1] && bias == Shape(inputWeight[1])
        && stateBias == Shape(stateWeight[0]),
      "gru: input \(input), weights \(inputWeight) and \(stateWeight), "
        + "biases \(bias) and \(stateBias)")
    check(steps >= 1 && steps <= input[0], "gru: \(steps) steps over \(input[0]) positions")
    check(output == .last || steps == input[0], "gru: all states of \(steps) of \(input[0])")
    positions = input[0]
    batch = input[1]
    inputs = input[2]
    hidden = stateWeight[0]
    self.steps = steps
    self.output = output
    shardRows = max(12, 32_768 / (8 * max(hidden, 1)) / 12 * 12)
  }

  var rows: Int { (positions - steps + 1) * batch }
  var resultShape: Shape {
    Shape(output == .last ? positions - steps + 1 : positions, batch, hidden)
  }

  /// What one shard keeps: gates `[steps, rows, 2H]`, candidate and its recurrent part
  /// `[steps, rows, H]` each, states `[steps + 1, rows, H]`.
  func shardCount(rows: Int) -> Int { rows * hidden * (5 * steps + 1) }

  func forward(
    _ tape: Tape, x: UnsafePointer<Scalar>, wx: UnsafePointer<Scalar>, wh: UnsafePointer<Scalar>,
    b: UnsafePointer<Scalar>, c: UnsafePointer<Scalar>,
    into result: UnsafeMutablePointer<Scalar>, saving state: UnsafeMutablePointer<Scalar>,
    keeps: Bool
  ) {
    let (h, width) = (hidden, 3 * hidden)
    let projected = tape.allocate(positions * batch * width)
    for row in 0..<positions * batch { (projected + row * width).update(from: b, count: width) }
    tape.multiply(
      positions * batch, inputs, width, x, (inputs, 1), wx, (width, 1), into: projected,
      accumulate: true)
    let packed = tape.pack(h, width, wh, (width, 1))
    let recurrent = tape.allocate(shardRows * width)
    let sums = tape.allocate(shardRows * 2 * h)
    var first = 0
    while first < rows {
      let count = min(shardRows, rows - first)
      let size = count * h
      let shard = GRUShard(self, count, state + (keeps ? shardCount(rows: first) : 0))
      shard.states.update(repeating: 0, count: size)
      for t in 0..<steps {
        let step = shard.step(t)
        for row in 0..<count {
          let target = recurrent + row * width
          target.update(repeating: 0, count: 2 * h)
          (target + 2 * h).update(from: c, count: h)
        }
        if t > 0 {
          kernels.multiplyPacked(
            rows: count, depth: h, columns: width, step.before, rowStride: h, columnStride: 1,
            packed: packed, into: recurrent, rowStride: width, accumulate: true)
        }
        let position = projected + (t * batch + first) * width
        for row in 0..<count {
          let (own, state, sum) = (
            position + row * width, recurrent + row * width, sums + row * 2 * h
          )
          for j in 0..<2 * h { sum[j] = own[j] + state[j] }
        }
        kernels.sigmoid(2 * size, sums, into: step.gates)
        for row in 0..<count {
          let (own, state) = (position + row * width + 2 * h, recurrent + row * width + 2 * h)
          let (reset, sum) = (step.gates + row * 2 * h, sums + row * h)
          for j in 0..<h { sum[j] = own[j] + reset[j] * state[j] }
          (step.inner + row * h).update(from: state, count: h)
        }
        kernels.tanh(size, sums, into: step.candidate)
        for row in 0..<count {
          let (update, n) = (step.gates + row * 2 * h + h, step.candidate + row * h)
          let (before, after) = (step.before + row * h, step.after + row * h)
          for j in 0..<h { after[j] = n[j] + update[j] * (before[j] - n[j]) }
        }
        if output == .all {
          (result + (t * batch + first) * h).update(from: step.after, count: size)
        }
      }
      if output == .last {
        (result + first * h).update(from: shard.states + steps * size, count: size)
      }
      first += count
    }
  }

  func backward(_ tape: Tape, _ context: VJPContext, state: UnsafeMutablePointer<Scalar>) {
    let (h, width) = (hidden, 3 * hidden)
    let projected = tape.allocate(positions * batch * width)
    projected.update(repeating: 0, count: positions * batch * width)
    let transposed = tape.pack(width, h, context.input(2), (1, width))
    let recurrent = tape.allocate(steps * min(shardRows, rows) * width)
    let stateSeed = tape.allocate(shardRows * h)
    var first = 0
    while first < rows {
      let count = min(shardRows, rows - first)
      let size = count * h
      let shard = GRUShard(self, count, state + shardCount(rows: first))
      stateSeed.update(repeating: 0, count: size)
      for t in (0..<steps).reversed() {
        if output == .all || t == steps - 1 {
          let position = output == .all ? t * batch + first : first
          kernels.addScaled(size, 1, context.seed + position * h, into: stateSeed)
        }
        let own = recurrent + t * count * width
        pullBack(
          count, shard.step(t), stateSeed, recurrent: own,
          projected: projected + (t * batch + first) * width)
        if t > 0 {
          kernels.multiplyPacked(
            rows: count, depth: width, columns: h, own, rowStride: width, columnStride: 1,
            packed: transposed, into: stateSeed, rowStride: h, accumulate: true)
        }
      }
      if let stateWeight = context.cotangent(2) {
        // All steps at once: Σ_t h_{t−1}ᵀ s̄_t.
        tape.multiply(
          h, steps * count, width, shard.states, (1, h), recurrent, (width, 1),
          into: stateWeight, accumulate: true)
      }
      if let stateBias = context.cotangent(4) {
        for row in 0..<steps * count {
          kernels.addScaled(h, 1, recurrent + row * width + 2 * h, into: stateBias)
        }
      }
      first += count
    }
    let all = positions * batch
    if let inputWeight = context.cotangent(1) {
      tape.multiply(
        inputs, all, width, context.input(0), (1, inputs), projected, (width, 1),
        into: inputWeight, accumulate: true)
    }
    if let bias = context.cotangent(3) {
      for row in 0..<all { kernels.addScaled(width, 1, projected + row * width, into: bias) }
    }
    if let input = context.cotangent(0) {
      tape.multiply(
        all, width, inputs, projected, (width, 1), context.input(1), (1, width), into: input,
        accumulate: true)
    }
  }

  /// One step back: from h̄_t to the cotangents of the gates' arguments, on the side of the input
  /// (added to `projected`) and of the state (`recurrent`), and to `h̄_t ⊙ z`, the direct part of
  /// h̄_{t−1}.
  private func pullBack(
    _ count: Int, _ step: GRUShard.Step, _ stateSeed: UnsafeMutablePointer<Scalar>,
    recurrent: UnsafeMutablePointer<Scalar>, projected: UnsafeMutablePointer<Scalar>
  ) {
    let h = hidden
    for row in 0..<count {
      let (reset, update) = (step.gates + row * 2 * h, step.gates + row * 2 * h + h)
      let (n, inner, before) = (
        step.candidate + row * h, step.inner + row * h, step.before + row * h
      )
      let seed = stateSeed + row * h
      let (own, state) = (projected + row * 3 * h, recurrent + row * 3 * h)
      for j in 0..<h {
        let (h̄, r, z) = (seed[j], reset[j], update[j])
        let n̄ = h̄ * (1 - z) * (1 - n[j] * n[j])
        let r̄ = n̄ * inner[j] * r * (1 - r)
        let z̄ = h̄ * (before[j] - n[j]) * z * (1 - z)
        state[j] = r̄
        state[h + j] = z̄
        state[2 * h + j] = n̄ * r
        own[j] += r̄
        own[h + j] += z̄
        own[2 * h + j] += n̄
        seed[j] = h̄ * z
      }
    }
  }
}
