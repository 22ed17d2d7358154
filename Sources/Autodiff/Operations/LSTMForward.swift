internal import Kernels
internal import KernelInterface

/// The forward run, one shard of sequences at a time.
struct LSTMForward: ShardedWork {
  let plan: LSTMPlan
  let x: UnsafePointer<Scalar>
  let wx: UnsafePointer<Scalar>
  let wh: UnsafePointer<Scalar>
  let b: UnsafePointer<Scalar>
  let initialHidden: UnsafePointer<Scalar>?
  let initialCell: UnsafePointer<Scalar>?
  let result: UnsafeMutablePointer<Scalar>
  /// Where a differentiated run keeps its state.
  let state: UnsafeMutablePointer<Scalar>?
  let scratch: LSTMScratch

  func run(shard: Int, worker: Int) {
    let sequences = plan.sequences(shard)
    let packedInput = scratch.prepared(worker) { pack(into: $0) }
    let packed = packedInput + kernels.packedCount(depth: plan.inputs, columns: plan.width)
    let rest = packed + kernels.packedCount(depth: plan.hidden, columns: plan.width)
    var projected: UnsafeMutablePointer<Scalar>?
    var transient = rest
    if !plan.isStacked {
      let place = rest + plan.positions * plan.shardSequences * plan.inputs
      project(sequences, packed: packedInput, gathered: rest, into: place)
      transient = place + plan.positions * plan.shardSequences * plan.width
      projected = place
    }
    var window = 0
    while window < plan.windows {
      let windows = window..<min(window + plan.groupWindows, plan.windows)
      let group =
        state.map { plan.group(sequences, windows, $0) }
        ?? plan.transientGroup(rows: windows.count * sequences.count, transient)
      run(
        group, sequences, windows, packedInput: packedInput, packed: packed, projected: projected)
      window = windows.upperBound
    }
  }

  /// Both weights.
  private func pack(into place: UnsafeMutablePointer<Scalar>) {
    let (inputs, width) = (plan.inputs, plan.width)
    kernels.pack(
      depth: inputs, columns: width, wx, rowStride: width, columnStride: 1, into: place)
    kernels.pack(
      depth: plan.hidden, columns: width, wh, rowStride: width, columnStride: 1,
      into: place + kernels.packedCount(depth: inputs, columns: width))
  }

  /// Scratch elements per worker: packed weights; for several windows the shard's input and its
  /// projection; one step's state unless it is kept.
  static func scratchCount(_ plan: LSTMPlan, keeps: Bool) -> Int {
    kernels.packedCount(depth: plan.inputs, columns: plan.width)
      + kernels.packedCount(depth: plan.hidden, columns: plan.width)
      + (plan.isStacked ? 0 : plan.positions * plan.shardSequences * (plan.inputs + plan.width))
      + (keeps ? 0 : plan.transientCount)
  }

  /// `x Wx + b` for all positions of some sequences, whose inputs are gathered first.
  private func project(
    _ sequences: Range<Int>, packed: UnsafePointer<Scalar>,
    gathered: UnsafeMutablePointer<Scalar>, into projected: UnsafeMutablePointer<Scalar>
  ) {
    let size = sequences.count * plan.inputs
    for position in 0..<plan.positions {
      let from = (position * plan.batch + sequences.lowerBound) * plan.inputs
      (gathered + position * size).update(from: x + from, count: size)
    }
    kernels.multiplyPacked(
      rows: plan.positions * sequences.count, depth: plan.inputs, columns: plan.width, gathered,
      rowStride: plan.inputs, columnStride: 1, packed: packed, into: projected,
      rowStride: plan.width, adding: b, rowStride: 0)
  }

  private func run(
    _ group: LSTMGroup, _ sequences: Range<Int>, _ windows: Range<Int>,
    packedInput: UnsafePointer<Scalar>, packed: UnsafePointer<Scalar>,
    projected: UnsafeMutablePointer<Scalar>?
  ) {
    let (n, rows, hidden, width) = (sequences.count, group.rows, plan.hidden, plan.width)
    start(group, sequences)
    for t in 0..<plan.steps {
      let (z, gates) = (group.z(t), group.gates(t))
      // The same additions in the same order with one window and with several, so that a window
      // computed alone has the same bits.
      var addend = UnsafePointer(gates)
      if let projected {
        addend = UnsafePointer(projected + (windows.lowerBound + t) * n * width)
      } else {
        let first = x + (t * plan.batch + sequences.lowerBound) * plan.inputs
        if state != nil { copyRows(n, plan.inputs, first, plan.inputs, into: z, plan.depth) }
        kernels.multiplyPacked(
          rows: rows, depth: plan.inputs, columns: width, first, rowStride: plan.inputs,
          columnStride: 1, packed: packedInput, into: gates, rowStride: width, adding: b,
          rowStride: 0)
      }
      kernels.multiplyPacked(
        rows: rows, depth: hidden, columns: width, z + plan.hiddenColumn, rowStride: plan.depth,
        columnStride: 1, packed: packed, into: gates, rowStride: width, adding: addend,
        rowStride: width, ahead: state == nil ? nil : group.record(t + 1))
      let next = group.z(t + 1) + plan.hiddenColumn
      kernels.lstmForward(
        rows: rows, hidden: hidden, gates: gates, cell: group.cell(t), intoCell: group.cell(t + 1),
        tanhCell: group.tanhCell(t), output: next, outputRowStride: plan.depth)
      if plan.output == .all {
        copyResult(t, next, sequences, windows)
      }
    }
    finish(group, sequences, windows)
  }

  /// The state before the first step.
  private func start(_ group: LSTMGroup, _ sequences: Range<Int>) {
    let (rows, hidden) = (group.rows, plan.hidden)
    let first = sequences.lowerBound * hidden
    if let initialCell, let initialHidden {
      group.cell(0).update(from: initialCell + first, count: rows * hidden)
      copyRows(
        rows, hidden, initialHidden + first, hidden, into: group.z(0) + plan.hiddenColumn,
        plan.depth)
    } else {
      group.cell(0).update(repeating: 0, count: rows * hidden)
      group.z(0).update(repeating: 0, count: rows * plan.depth)
    }
  }

  /// The states after step t, to their rows of the result.
  private func copyResult(
    _ t: Int, _ states: UnsafePointer<Scalar>, _ sequences: Range<Int>, _ windows: Range<Int>
  ) {
    let (n, hidden) = (sequences.count, plan.hidden)
    for (index, window) in windows.enumerated() {
      copyRows(
        n, hidden, states + index * n * plan.depth, plan.depth,
        into: result + plan.resultRow(t, window, sequences) * hidden, hidden)
    }
  }

  /// The result's rows and the final state.
  private func finish(_ group: LSTMGroup, _ sequences: Range<Int>, _ windows: Range<Int>) {
    let (n, hidden, size) = (sequences.count, plan.hidden, plan.batch * plan.hidden)
    let last = group.z(plan.steps) + plan.hiddenColumn
    if plan.output == .last { copyResult(plan.steps - 1, last, sequences, windows) }
    if plan.returnsState {
      let place = result + plan.resultShape.count + sequences.lowerBound * hidden
      copyRows(n, hidden, last, plan.depth, into: place, hidden)
      (place + size).update(from: group.cell(plan.steps), count: n * hidden)
    }
  }
}

/// Copies rows of `columns` elements.
private func copyRows(
  _ rows: Int, _ columns: Int, _ from: UnsafePointer<Scalar>, _ fromStride: Int,
  into to: UnsafeMutablePointer<Scalar>, _ toStride: Int
) {
  for row in 0..<rows {
    let (x, y) = (from + row * fromStride, to + row * toStride)
    for j in 0..<columns { y[j] = x[j] }
  }
}
