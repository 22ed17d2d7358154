internal import KernelInterface

/// The sizes of one run of an LSTM, and how it is cut.
///
/// A *shard* is a range of the B sequences with all their windows: shards are independent of each
/// other up to sums. Within a shard, windows run through the sequence in *groups* small enough for
/// the caches. A row is one (window, sequence) pair, windows outermost: at step t, row r of a group
/// that starts at window w reads position row `(w + t)·n + r` of the shard's n sequences, because
/// windows follow each other by one position.
///
/// With a single window, x_t stands beside h_{t−1} in one matrix z `[rows, I + H]`, so that one
/// product with the gates' cotangents gives the gradients of both weights; with more, z is h alone,
/// and the input's projection, shared by all windows that see a position, is computed once.
struct LSTMPlan: BitwiseCopyable {
  let positions: Int
  let batch: Int
  let inputs: Int
  let hidden: Int
  let steps: Int
  let output: LSTMOutput
  /// Whether the final state follows the output in the result.
  let returnsState: Bool
  /// Sequences of one shard; the last shard may have fewer.
  let shardSequences: Int
  /// Windows of one group; the last group may have fewer.
  let groupWindows: Int
  /// Steps whose gate cotangents are collected for one product with z.
  let chunkSteps: Int

  /// Rows that run through the sequence together: enough to use a register block well, few enough
  /// for the second-level cache.
  private static let targetRows = 32
  /// Fewer rows leave a register block half empty.
  private static let leastRows = 4
  /// Depth of the products that give the weights' gradients.
  private static let targetDepth = 192

  init(
    input: Shape, inputWeight: Shape, stateWeight: Shape, bias: Shape, steps: Int,
    output: LSTMOutput, returnsState: Bool
  ) {
    check(
      input.rank == 3 && inputWeight.rank == 2 && stateWeight.rank == 2 && bias.rank == 1
        && inputWeight[0] == input[2] && inputWeight[1] == 4 * stateWeight[0]
        && stateWeight[1] == inputWeight[1] && bias[0] == inputWeight[1],
      "lstm: input \(input), weights \(inputWeight) and \(stateWeight), bias \(bias)")
    check(steps >= 1 && steps <= input[0], "lstm: \(steps) steps over \(input[0]) positions")
    positions = input[0]
    batch = input[1]
    inputs = input[2]
    hidden = stateWeight[0]
    self.steps = steps
    self.output = output
    self.returnsState = returnsState
    let windows = positions - steps + 1
    shardSequences = Self.sequences(
      batch: batch, windows: windows,
      workPerRow: steps * (inputs + hidden) * 4 * hidden)
    groupWindows = max(1, min(windows, Self.targetRows / max(shardSequences, 1)))
    chunkSteps = max(1, min(steps, Self.targetDepth / max(groupWindows * shardSequences, 1)))
  }

  /// Sequences per shard: about ``targetRows`` rows; half a batch that is too small for two such shards if
  /// each half is still worth a thread.
  private static func sequences(batch: Int, windows: Int, workPerRow: Int) -> Int {
    let worthwhile = 1 << 20
    let total = batch * windows
    if total < 2 * targetRows {
      let half = (batch + 1) / 2
      let isWorthwhile = half * windows >= leastRows && half * windows * workPerRow >= worthwhile
      return isWorthwhile ? half : max(batch, 1)
    }
    let shards = max(1, total / targetRows)
    let even = (batch + shards - 1) / shards
    // Whole quarters of a register block.
    return windows == 1 ? min((even + 3) / 4 * 4, batch) : even
  }

  var windows: Int { positions - steps + 1 }
  var width: Int { 4 * hidden }
  var resultShape: Shape {
    output == .last ? Shape(windows, batch, hidden) : Shape(steps, windows * batch, hidden)
  }
  var shards: Int { (batch + shardSequences - 1) / max(shardSequences, 1) }
  /// Whether x stands beside h in z.
  var isStacked: Bool { windows == 1 }
  /// Columns of z.
  var depth: Int { isStacked ? inputs + hidden : hidden }
  /// Where h starts in a row of z.
  var hiddenColumn: Int { isStacked ? inputs : 0 }
  /// Rows of the largest group.
  var groupRows: Int { groupWindows * shardSequences }
  /// Gradients of both weights and the bias, one after the other.
  var gradientCount: Int { (inputs + hidden + 1) * width }

  /// What is kept of one row: z and the cell before and after every step, activations, tanh of the
  /// cell.
  private func rowCount(steps: Int) -> Int { (steps + 1) * (depth + hidden) + steps * 5 * hidden }

  /// What a differentiated run keeps.
  var stateCount: Int { windows * batch * rowCount(steps: steps) }

  /// Sequences of a shard.
  func sequences(_ shard: Int) -> Range<Int> {
    shard * shardSequences..<min((shard + 1) * shardSequences, batch)
  }

  /// The row of the result that holds the first of some sequences in a window, after step t if all
  /// steps are returned.
  func resultRow(_ t: Int, _ window: Int, _ sequences: Range<Int>) -> Int {
    ((output == .all ? t * windows : 0) + window) * batch + sequences.lowerBound
  }

  /// Rows before a group of windows of a shard, in the order in which state is kept.
  func group(_ sequences: Range<Int>, _ windows: Range<Int>, _ state: UnsafeMutablePointer<Scalar>)
    -> LSTMGroup
  {
    let before = sequences.lowerBound * self.windows + windows.lowerBound * sequences.count
    return LSTMGroup(
      self, rows: sequences.count * windows.count, slots: steps,
      state + before * rowCount(steps: steps))
  }

  /// A group that keeps the present step only, in scratch memory.
  func transientGroup(rows: Int, _ scratch: UnsafeMutablePointer<Scalar>) -> LSTMGroup {
    LSTMGroup(self, rows: rows, slots: 1, scratch)
  }

  /// The elements of ``transientGroup(rows:_:)`` at its largest.
  var transientCount: Int { groupRows * rowCount(steps: 1) }
}

/// Where the state of a group of rows lies.
struct LSTMGroup {
  let rows: Int
  private let plan: LSTMPlan
  private let slots: Int
  private let base: UnsafeMutablePointer<Scalar>

  /// With `slots` below the number of steps, later steps reuse the memory of earlier ones.
  init(_ plan: LSTMPlan, rows: Int, slots: Int, _ base: UnsafeMutablePointer<Scalar>) {
    self.plan = plan
    self.rows = rows
    self.slots = slots
    self.base = base
  }

  /// Elements of a step's record: c before it, activations and tanh c after it, side by side.
  private var recordCount: Int { rows * 6 * plan.hidden }

  /// c before step t, `[rows, H]`.
  func cell(_ t: Int) -> UnsafeMutablePointer<Scalar> { base + (t % (slots + 1)) * recordCount }

  /// Activations of step t, `[rows, 4H]`.
  func gates(_ t: Int) -> UnsafeMutablePointer<Scalar> {
    base + (t % slots) * recordCount + rows * plan.hidden
  }

  /// tanh c after step t, `[rows, H]`.
  func tanhCell(_ t: Int) -> UnsafeMutablePointer<Scalar> {
    base + (t % slots) * recordCount + rows * 5 * plan.hidden
  }

  /// The record of step t, to be asked for before it is needed; the one after the last step has no
  /// more than its first part.
  func record(_ t: Int) -> MemoryAhead {
    MemoryAhead(base + t * recordCount, count: t < slots ? recordCount : rows * plan.hidden)
  }

  /// z of step t, `[rows, depth]`: h before it, and x at it if stacked.
  func z(_ t: Int) -> UnsafeMutablePointer<Scalar> {
    base + slots * recordCount + rows * plan.hidden + (t % (slots + 1)) * rows * plan.depth
  }
}

/// Scratch memory of the workers, each with a flag that says whether it has been prepared.
struct LSTMScratch: BitwiseCopyable {
  private let memory: UnsafeMutablePointer<Scalar>
  private let isPrepared: UnsafeMutablePointer<Bool>
  private let count: Int

  /// Flags lie a cache line apart, so that workers do not disturb each other.
  private static let flagStride = 64

  init(_ tape: Tape, perWorker count: Int) {
    let workers = tape.workerCount
    self.count = (count + 7) / 8 * 8
    memory = tape.allocate(workers * self.count)
    isPrepared = tape.allocate(Bool.self, workers * Self.flagStride)
    isPrepared.update(repeating: false, count: workers * Self.flagStride)
  }

  /// The memory of one worker; `prepare` fills it at the first use.
  func prepared(
    _ worker: Int, _ prepare: (UnsafeMutablePointer<Scalar>) -> Void
  ) -> UnsafeMutablePointer<Scalar> {
    let start = memory + worker * count
    if !isPrepared[worker * Self.flagStride] {
      prepare(start)
      isPrepared[worker * Self.flagStride] = true
    }
    return start
  }
}
