internal import Kernels
internal import KernelInterface

extension GRUPlan {
  /// `operands`: x, Wx, Wh, b, c and, if there is one, the initial state.
  func forward(
    _ tape: Tape, _ operands: [UnsafePointer<Scalar>],
    into result: UnsafeMutablePointer<Scalar>, saving state: UnsafeMutablePointer<Scalar>?
  ) {
    let projected = tape.allocate(positions * batch * width)
    for row in 0..<positions * batch {
      (projected + row * width).update(from: operands[3], count: width)
    }
    tape.multiply(
      positions * batch, inputs, width, operands[0], (inputs, 1), operands[1], (width, 1),
      into: projected, accumulate: true)
    let scratchCount = GRUForward.scratchCount(self, keeps: state != nil)
    let work = GRUForward(
      plan: self, projected: projected, packed: tape.pack(hidden, width, operands[2], (width, 1)),
      stateBias: operands[4], initial: hasInitial ? operands[5] : nil, result: result,
      state: state, scratch: tape.allocate(tape.workerCount * scratchCount))
    tape.run(work, shards: shards)
  }
}

/// The forward run, one shard of rows at a time.
struct GRUForward: ShardedWork {
  let plan: GRUPlan
  /// `x Wx + b` of all positions.
  let projected: UnsafePointer<Scalar>
  /// Wh.
  let packed: UnsafePointer<Scalar>
  let stateBias: UnsafePointer<Scalar>
  let initial: UnsafePointer<Scalar>?
  let result: UnsafeMutablePointer<Scalar>
  /// Where a differentiated run keeps its state.
  let state: UnsafeMutablePointer<Scalar>?
  let scratch: UnsafeMutablePointer<Scalar>

  /// Scratch elements per worker, whole cache lines: the arguments of a step, and the state unless it
  /// is kept.
  static func scratchCount(_ plan: GRUPlan, keeps: Bool) -> Int {
    let state = keeps ? 0 : plan.shardCount(rows: min(plan.shardRows, plan.rows))
    return (plan.shardRows * 5 * plan.hidden + state + 7) / 8 * 8
  }

  func run(shard number: Int, worker: Int) {
    let (rows, h, width) = (plan.rows(number), plan.hidden, plan.width)
    let (first, count) = (rows.lowerBound, rows.count)
    let size = count * h
    let recurrent = scratch + worker * Self.scratchCount(plan, keeps: state != nil)
    let sums = recurrent + plan.shardRows * width
    let shard = GRUShard(
      plan, count,
      state.map { $0 + plan.shardCount(rows: first) } ?? sums + plan.shardRows * 2 * h)
    if let initial {
      shard.states.update(from: initial + first * h, count: size)
    } else {
      shard.states.update(repeating: 0, count: size)
    }
    for t in 0..<plan.steps {
      let step = shard.step(t)
      for row in 0..<count {
        let target = recurrent + row * width
        target.update(repeating: 0, count: 2 * h)
        (target + 2 * h).update(from: stateBias, count: h)
      }
      if t > 0 || initial != nil {
        plan.addProduct(count, h, width, step.before, packed, into: recurrent)
      }
      let position = projected + (t * plan.batch + first) * width
      activate(count, step, own: position, state: recurrent, sums: sums)
      if plan.output == .all {
        (result + (t * plan.rows + first) * h).update(from: step.after, count: size)
      }
    }
    if plan.output == .last {
      (result + first * h).update(from: shard.states + plan.steps * size, count: size)
    }
  }

  /// From the gates' arguments on the side of the input (`own`) and of the state to the step's
  /// activations and h_t.
  private func activate(
    _ count: Int, _ step: GRUShard.Step, own: UnsafePointer<Scalar>,
    state: UnsafePointer<Scalar>, sums: UnsafeMutablePointer<Scalar>
  ) {
    let (h, width) = (plan.hidden, plan.width)
    for row in 0..<count {
      let (own, state, sum) = (own + row * width, state + row * width, sums + row * 2 * h)
      for j in 0..<2 * h { sum[j] = own[j] + state[j] }
    }
    kernels.sigmoid(2 * count * h, sums, into: step.gates)
    for row in 0..<count {
      let (own, state) = (own + row * width + 2 * h, state + row * width + 2 * h)
      let (reset, sum) = (step.gates + row * 2 * h, sums + row * h)
      for j in 0..<h { sum[j] = own[j] + reset[j] * state[j] }
      (step.inner + row * h).update(from: state, count: h)
    }
    kernels.tanh(count * h, sums, into: step.candidate)
    for row in 0..<count {
      let (update, n) = (step.gates + row * 2 * h + h, step.candidate + row * h)
      let (before, after) = (step.before + row * h, step.after + row * h)
      for j in 0..<h { after[j] = n[j] + update[j] * (before[j] - n[j]) }
    }
  }
}
