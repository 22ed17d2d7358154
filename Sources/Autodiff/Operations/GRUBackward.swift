internal import Kernels
internal import KernelInterface

extension GRUPlan {
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
          let position = output == .all ? t * rows + first : first
          kernels.addScaled(size, 1, context.seed + position * h, into: stateSeed)
        }
        let own = recurrent + t * count * width
        pullBack(
          count, shard.step(t), stateSeed, recurrent: own,
          projected: projected + (t * batch + first) * width)
        if t > 0 || hasInitial {
          addProduct(count, width, h, own, transposed, into: stateSeed)
        }
      }
      if hasInitial, let initial = context.cotangent(5) {
        kernels.addScaled(size, 1, stateSeed, into: initial + first * h)
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
