internal import Kernels
internal import KernelInterface

/// Backpropagation through time, one shard of sequences at a time.
struct LSTMBackward: ShardedWork {
  let plan: LSTMPlan
  let x: UnsafePointer<Scalar>
  let wx: UnsafePointer<Scalar>
  let wh: UnsafePointer<Scalar>
  /// The cotangents of the output and, if returned, of the final state.
  let seed: UnsafePointer<Scalar>
  let state: UnsafeMutablePointer<Scalar>
  /// For every shard the gradients of both weights and the bias, if wanted.
  let gradients: UnsafeMutablePointer<Scalar>?
  let inputCotangent: UnsafeMutablePointer<Scalar>?
  let hiddenCotangent: UnsafeMutablePointer<Scalar>?
  let cellCotangent: UnsafeMutablePointer<Scalar>?
  let scratch: LSTMScratch

  /// A worker's scratch memory, cut into what it is used for.
  private struct Places {
    let packedState: UnsafeMutablePointer<Scalar>
    let packedInput: UnsafeMutablePointer<Scalar>
    /// Gate cotangents of the steps of a chunk, in their order.
    let chunk: UnsafeMutablePointer<Scalar>
    let dh: UnsafeMutablePointer<Scalar>
    let dc: UnsafeMutablePointer<Scalar>
    let product: UnsafeMutablePointer<Scalar>
    /// For several windows, what the shard's positions collect over windows, and its input.
    let projected: UnsafeMutablePointer<Scalar>
    let gathered: UnsafeMutablePointer<Scalar>

    init(_ plan: LSTMPlan, _ start: UnsafeMutablePointer<Scalar>) {
      let rows = plan.groupRows
      packedState = start
      packedInput = packedState + kernels.packedCount(depth: plan.width, columns: plan.hidden)
      chunk = packedInput + kernels.packedCount(depth: plan.width, columns: plan.inputs)
      dh = chunk + plan.chunkSteps * rows * plan.width
      dc = dh + rows * plan.hidden
      product = dc + rows * plan.hidden
      projected = product + kernels.scratchCount(depth: 1 << 20, columns: plan.width)
      gathered =
        projected + (plan.isStacked ? 0 : plan.positions * plan.shardSequences * plan.width)
    }
  }

  /// Scratch elements per worker.
  static func scratchCount(_ plan: LSTMPlan, needsInput: Bool) -> Int {
    let rows = plan.groupRows
    return kernels.packedCount(depth: plan.width, columns: plan.hidden)
      + kernels.packedCount(depth: plan.width, columns: plan.inputs)
      + plan.chunkSteps * rows * plan.width + 2 * rows * plan.hidden
      + kernels.scratchCount(depth: 1 << 20, columns: plan.width)
      + (plan.isStacked ? 0 : plan.positions * plan.shardSequences * (plan.width + plan.inputs))
  }

  func run(shard: Int, worker: Int) {
    let sequences = plan.sequences(shard)
    let places = Places(plan, scratch.prepared(worker) { pack(Places(plan, $0)) })
    let gradient = gradients.map { $0 + shard * plan.gradientCount }
    gradient?.update(repeating: 0, count: plan.gradientCount)
    let collected = plan.positions * sequences.count * plan.width
    if !plan.isStacked { places.projected.update(repeating: 0, count: collected) }
    var window = 0
    while window < plan.windows {
      let windows = window..<min(window + plan.groupWindows, plan.windows)
      run(plan.group(sequences, windows, state), sequences, windows, places, gradient)
      window = windows.upperBound
    }
    if !plan.isStacked { finishProjection(sequences, places, gradient) }
  }

  private func pack(_ places: Places) {
    let width = plan.width
    kernels.pack(
      depth: width, columns: plan.hidden, wh, rowStride: 1, columnStride: width,
      into: places.packedState)
    if inputCotangent != nil {
      kernels.pack(
        depth: width, columns: plan.inputs, wx, rowStride: 1, columnStride: width,
        into: places.packedInput)
    }
  }

  private func run(
    _ group: LSTMGroup, _ sequences: Range<Int>, _ windows: Range<Int>, _ places: Places,
    _ gradient: UnsafeMutablePointer<Scalar>?
  ) {
    let (rows, hidden, width) = (group.rows, plan.hidden, plan.width)
    start(group, sequences, places)
    for t in (0..<plan.steps).reversed() {
      addSeed(t, sequences, windows, places.dh)
      let slot = t % plan.chunkSteps
      let cotangents = places.chunk + slot * rows * width
      kernels.lstmBackward(
        rows: rows, hidden: hidden, activations: group.gates(t), cell: group.cell(t),
        tanhCell: group.tanhCell(t), outputCotangent: places.dh, cellCotangent: places.dc,
        into: cotangents)
      if plan.isStacked {
        pullBackInput(t, sequences, cotangents, places)
      } else {
        let position = (windows.lowerBound + t) * sequences.count
        kernels.addScaled(rows * width, 1, cotangents, into: places.projected + position * width)
      }
      if t > 0 || hiddenCotangent != nil {
        kernels.multiplyPacked(
          rows: rows, depth: width, columns: hidden, cotangents, rowStride: width,
          columnStride: 1, packed: places.packedState, into: places.dh, rowStride: hidden,
          adding: nil, rowStride: 0, ahead: t > 0 ? group.record(t - 1) : nil)
      }
      if slot == 0, let gradient {
        addGradients(group, t..<min(t + plan.chunkSteps, plan.steps), places, gradient)
      }
    }
    let first = sequences.lowerBound * hidden
    if let hiddenCotangent {
      kernels.addScaled(rows * hidden, 1, places.dh, into: hiddenCotangent + first)
    }
    if let cellCotangent {
      kernels.addScaled(rows * hidden, 1, places.dc, into: cellCotangent + first)
    }
  }

  /// The cotangents of the final state.
  private func start(_ group: LSTMGroup, _ sequences: Range<Int>, _ places: Places) {
    let count = group.rows * plan.hidden
    if plan.returnsState {
      let final = seed + plan.resultShape.count + sequences.lowerBound * plan.hidden
      places.dh.update(from: final, count: count)
      places.dc.update(from: final + plan.batch * plan.hidden, count: count)
    } else {
      places.dh.update(repeating: 0, count: count)
      places.dc.update(repeating: 0, count: count)
    }
  }

  /// Adds the cotangent of the output after step t.
  private func addSeed(
    _ t: Int, _ sequences: Range<Int>, _ windows: Range<Int>, _ dh: UnsafeMutablePointer<Scalar>
  ) {
    let count = sequences.count * plan.hidden
    guard plan.output == .all || t == plan.steps - 1 else { return }
    for (index, window) in windows.enumerated() {
      let row = plan.resultRow(t, window, sequences)
      kernels.addScaled(count, 1, seed + row * plan.hidden, into: dh + index * count)
    }
  }

  /// `x̄_t += ḡ_t Wxᵀ`.
  private func pullBackInput(
    _ t: Int, _ sequences: Range<Int>, _ cotangents: UnsafePointer<Scalar>, _ places: Places
  ) {
    guard let inputCotangent else { return }
    let x̄ = inputCotangent + (t * plan.batch + sequences.lowerBound) * plan.inputs
    kernels.multiplyPacked(
      rows: sequences.count, depth: plan.width, columns: plan.inputs, cotangents,
      rowStride: plan.width, columnStride: 1, packed: places.packedInput, into: x̄,
      rowStride: plan.inputs, adding: x̄, rowStride: plan.inputs)
  }

  /// `Σ_t z_tᵀ ḡ_t` over the steps of a chunk; the bias's gradient too if x stands in z.
  private func addGradients(
    _ group: LSTMGroup, _ steps: Range<Int>, _ places: Places,
    _ gradient: UnsafeMutablePointer<Scalar>
  ) {
    let (rows, width) = (steps.count * group.rows, plan.width)
    let weights = plan.isStacked ? gradient : gradient + plan.inputs * width
    kernels.multiply(
      rows: plan.depth, depth: rows, columns: width, group.z(steps.lowerBound), rowStride: 1,
      columnStride: plan.depth, places.chunk, rowStride: width, columnStride: 1,
      scratch: places.product, into: weights, rowStride: width, accumulate: true)
    if plan.isStacked {
      kernels.addRows(rows, width, places.chunk, into: weights + plan.depth * width)
    }
  }

  /// The input's side of several windows: `W̄x += Σ xᵀ p̄`, `b̄ += Σ p̄`, `x̄ += p̄ Wxᵀ` over the
  /// shard's positions, with p̄ the cotangent of the projection.
  private func finishProjection(
    _ sequences: Range<Int>, _ places: Places, _ gradient: UnsafeMutablePointer<Scalar>?
  ) {
    let (n, inputs, width) = (sequences.count, plan.inputs, plan.width)
    let rows = plan.positions * n
    func place(_ position: Int) -> Int {
      (position * plan.batch + sequences.lowerBound) * inputs
    }
    if let gradient {
      for position in 0..<plan.positions {
        (places.gathered + position * n * inputs)
          .update(from: x + place(position), count: n * inputs)
      }
      kernels.multiply(
        rows: inputs, depth: rows, columns: width, places.gathered, rowStride: 1,
        columnStride: inputs, places.projected, rowStride: width, columnStride: 1,
        scratch: places.product, into: gradient, rowStride: width, accumulate: true)
      kernels.addRows(
        rows, width, places.projected, into: gradient + (inputs + plan.hidden) * width)
    }
    if let inputCotangent {
      kernels.multiplyPacked(
        rows: rows, depth: width, columns: inputs, places.projected, rowStride: width,
        columnStride: 1, packed: places.packedInput, into: places.gathered, rowStride: inputs,
        adding: nil, rowStride: 0)
      for position in 0..<plan.positions {
        kernels.addScaled(
          n * inputs, 1, places.gathered + position * n * inputs,
          into: inputCotangent + place(position))
      }
    }
  }
}
