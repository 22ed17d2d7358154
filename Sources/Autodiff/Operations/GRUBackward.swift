internal import Kernels
internal import KernelInterface

extension GRUPlan {
  func backward(_ tape: Tape, _ context: VJPContext, state: UnsafeMutablePointer<Scalar>) {
    let all = positions * batch
    let needsState = context.needs(2) || context.needs(4)
    let gradientCount = (hidden + 1) * width
    let work = GRUBackward(
      plan: self, transposed: tape.pack(width, hidden, context.input(2), (1, width)),
      seed: context.seed, state: state, own: tape.allocate(steps * rows * width),
      gradients: needsState ? tape.allocate(shards * gradientCount) : nil,
      initialCotangent: hasInitial ? context.cotangent(5) : nil,
      scratch: tape.allocate(tape.workerCount * GRUBackward.scratchCount(self)))
    tape.run(work, shards: shards)
    if let gradients = work.gradients {
      if let stateWeight = context.cotangent(2) {
        tape.addParts(
          shards, gradients, stride: gradientCount, into: stateWeight, count: hidden * width)
      }
      if let stateBias = context.cotangent(4) {
        tape.addParts(
          shards, gradients + hidden * width, stride: gradientCount, into: stateBias,
          count: hidden)
      }
    }
    let projected = tape.allocate(all * width)
    let collected = GRUCollected(plan: self, own: work.own, projected: projected)
    // Below some 15 µs of additions, asking other threads costs more than it saves.
    if steps * rows * width < 1 << 16 {
      for shard in 0..<collected.shards { collected.run(shard: shard, worker: 0) }
    } else {
      tape.run(collected, shards: collected.shards)
    }
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
}

/// Backpropagation through time, one shard of rows at a time.
struct GRUBackward: ShardedWork {
  let plan: GRUPlan
  /// Whᵀ, packed.
  let transposed: UnsafePointer<Scalar>
  let seed: UnsafePointer<Scalar>
  let state: UnsafeMutablePointer<Scalar>
  /// The cotangents of the gates' arguments on the side of the input, shard after shard
  /// `[steps, rows, 3H]`.
  let own: UnsafeMutablePointer<Scalar>
  /// For every shard the gradients of Wh and c, if wanted.
  let gradients: UnsafeMutablePointer<Scalar>?
  let initialCotangent: UnsafeMutablePointer<Scalar>?
  let scratch: UnsafeMutablePointer<Scalar>

  /// Scratch elements per worker, whole cache lines: cotangents of the gates' arguments on the side of
  /// the state for all steps, those of the state, and a product's own.
  static func scratchCount(_ plan: GRUPlan) -> Int {
    let rows = min(plan.shardRows, plan.rows)
    return
      (plan.steps * rows * plan.width + rows * plan.hidden
      + kernels.scratchCount(depth: 1 << 20, columns: plan.width) + 7) / 8 * 8
  }

  func run(shard number: Int, worker: Int) {
    let (rows, h, width) = (plan.rows(number), plan.hidden, plan.width)
    let (first, count) = (rows.lowerBound, rows.count)
    let size = count * h
    let shard = GRUShard(plan, count, state + plan.shardCount(rows: first))
    let most = min(plan.shardRows, plan.rows)
    let recurrent = scratch + worker * Self.scratchCount(plan)
    let stateSeed = recurrent + plan.steps * most * width
    let product = stateSeed + most * h
    stateSeed.update(repeating: 0, count: size)
    for t in (0..<plan.steps).reversed() {
      if plan.output == .all || t == plan.steps - 1 {
        let position = plan.output == .all ? t * plan.rows + first : first
        kernels.addScaled(size, 1, seed + position * h, into: stateSeed)
      }
      let cotangents = recurrent + t * count * width
      pullBack(
        count, shard.step(t), stateSeed, recurrent: cotangents,
        own: own + (plan.steps * first + t * count) * width)
      if t > 0 || plan.hasInitial {
        plan.addProduct(count, width, h, cotangents, transposed, into: stateSeed)
      }
    }
    if let initialCotangent {
      kernels.addScaled(size, 1, stateSeed, into: initialCotangent + first * h)
    }
    guard let gradients else { return }
    let gradient = gradients + number * (h + 1) * width
    gradient.update(repeating: 0, count: (h + 1) * width)
    // All steps at once: Σ_t h_{t−1}ᵀ s̄_t.
    kernels.multiply(
      rows: h, depth: plan.steps * count, columns: width, shard.states, rowStride: 1,
      columnStride: h, recurrent, rowStride: width, columnStride: 1, scratch: product,
      into: gradient, rowStride: width, accumulate: true)
    for row in 0..<plan.steps * count {
      kernels.addScaled(h, 1, recurrent + row * width + 2 * h, into: gradient + h * width)
    }
  }

  /// One step back: from h̄_t to the cotangents of the gates' arguments, on the side of the input
  /// (`own`) and of the state (`recurrent`), and to `h̄_t ⊙ z`, the direct part of
  /// h̄_{t−1}.
  private func pullBack(
    _ count: Int, _ step: GRUShard.Step, _ stateSeed: UnsafeMutablePointer<Scalar>,
    recurrent: UnsafeMutablePointer<Scalar>, own: UnsafeMutablePointer<Scalar>
  ) {
    let h = plan.hidden
    for row in 0..<count {
      let (reset, update) = (step.gates + row * 2 * h, step.gates + row * 2 * h + h)
      let (n, inner, before) = (
        step.candidate + row * h, step.inner + row * h, step.before + row * h
      )
      let seed = stateSeed + row * h
      let (own, state) = (own + row * 3 * h, recurrent + row * 3 * h)
      for j in 0..<h {
        let (h̄, r, z) = (seed[j], reset[j], update[j])
        let n̄ = h̄ * (1 - z) * (1 - n[j] * n[j])
        let r̄ = n̄ * inner[j] * r * (1 - r)
        let z̄ = h̄ * (before[j] - n[j]) * z * (1 - z)
        state[j] = r̄
        state[h + j] = z̄
        state[2 * h + j] = n̄ * r
        own[j] = r̄
        own[h + j] = z̄
        own[2 * h + j] = n̄
        seed[j] = h̄ * z
      }
    }
  }
}

/// Adds what the windows say of every position of the projected input, the latest step first.
struct GRUCollected: ShardedWork {
  let plan: GRUPlan
  let own: UnsafePointer<Scalar>
  /// `[positions · batch, 3H]`.
  let projected: UnsafeMutablePointer<Scalar>

  private static let shardPositions = 64

  var shards: Int {
    (plan.positions * plan.batch + Self.shardPositions - 1) / Self.shardPositions
  }

  func run(shard: Int, worker: Int) {
    let width = plan.width
    let last = min((shard + 1) * Self.shardPositions, plan.positions * plan.batch)
    for position in shard * Self.shardPositions..<last {
      let target = projected + position * width
      target.update(repeating: 0, count: width)
      for t in (0..<plan.steps).reversed() {
        let row = position - t * plan.batch
        guard row >= 0, row < plan.rows else { continue }
        let rows = plan.rows(row / plan.shardRows)
        let place = plan.steps * rows.lowerBound + t * rows.count + row - rows.lowerBound
        kernels.addScaled(width, 1, own + place * width, into: target)
      }
    }
  }
}
