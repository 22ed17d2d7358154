internal import Kernels
internal import KernelInterface

extension GRUPlan {
  /// `operands`: x, Wx, Wh, b, c and, if there is one, the initial state.
  func forward(
    _ tape: Tape, _ operands: [UnsafePointer<Scalar>],
    into result: UnsafeMutablePointer<Scalar>, saving state: UnsafeMutablePointer<Scalar>,
    keeps: Bool
  ) {
    let (x, wx, wh) = (operands[0], operands[1], operands[2])
    let (b, c) = (operands[3], operands[4])
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
      if hasInitial {
        shard.states.update(from: operands[5] + first * h, count: size)
      } else {
        shard.states.update(repeating: 0, count: size)
      }
      for t in 0..<steps {
        let step = shard.step(t)
        for row in 0..<count {
          let target = recurrent + row * width
          target.update(repeating: 0, count: 2 * h)
          (target + 2 * h).update(from: c, count: h)
        }
        if t > 0 || hasInitial {
          addProduct(count, h, width, step.before, packed, into: recurrent)
        }
        let position = projected + (t * batch + first) * width
        activate(count, step, own: position, state: recurrent, sums: sums)
        if output == .all {
          (result + (t * rows + first) * h).update(from: step.after, count: size)
        }
      }
      if output == .last {
        (result + first * h).update(from: shard.states + steps * size, count: size)
      }
      first += count
    }
  }

  /// From the gates' arguments on the side of the input (`own`) and of the state to the step's
  /// activations and h_t.
  private func activate(
    _ count: Int, _ step: GRUShard.Step, own: UnsafePointer<Scalar>,
    state: UnsafePointer<Scalar>, sums: UnsafeMutablePointer<Scalar>
  ) {
    let (h, width) = (hidden, 3 * hidden)
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
