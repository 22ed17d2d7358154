internal import Kernels
internal import KernelInterface

/// The sizes of one run of a gated recurrent unit, whose passes stand in GRUForward and GRUBackward.
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
  let hasInitial: Bool
  /// Rows that run through the whole sequence together; their state of one step fits the
  /// second-level cache.
  let shardRows: Int

  init(
    _ input: Shape, _ inputWeight: Shape, _ stateWeight: Shape, _ bias: Shape, _ stateBias: Shape,
    initial: Shape?, steps: Int, output: LSTMOutput
  ) {
    check(
      input.rank == 3 && inputWeight.rank == 2 && stateWeight.rank == 2
        && inputWeight == Shape(input[2], 3 * stateWeight[0])
        && stateWeight[1] == inputWeight[1] && bias == Shape(inputWeight[1])
        && stateBias == Shape(stateWeight[0]),
      "gru: input \(input), weights \(inputWeight) and \(stateWeight), "
        + "biases \(bias) and \(stateBias)")
    check(steps >= 1 && steps <= input[0], "gru: \(steps) steps over \(input[0]) positions")
    if let initial {
      check(
        initial == Shape(input[1], stateWeight[0]) && steps == input[0],
        "gru: initial state \(initial) for \(input[1]) sequences of \(stateWeight[0]) units, "
          + "\(steps) steps of \(input[0])")
    }
    hasInitial = initial != nil
    positions = input[0]
    batch = input[1]
    inputs = input[2]
    hidden = stateWeight[0]
    self.steps = steps
    self.output = output
    shardRows = Self.shardRows(
      (positions - steps + 1) * batch, hidden: hidden, workPerRow: steps * 3 * hidden * hidden)
  }

  /// As many rows as the cache holds; half of those that are too few for two such shards where each half is
  /// still worth a thread.
  private static func shardRows(_ rows: Int, hidden: Int, workPerRow: Int) -> Int {
    let most = max(12, 32_768 / (8 * max(hidden, 1)) / 12 * 12)
    let half = (rows + 1) / 2
    return rows < 2 * most && half >= 4 && half * workPerRow >= 1 << 20 ? half : most
  }

  var rows: Int { (positions - steps + 1) * batch }
  /// The number of shards.
  var shards: Int { (rows + shardRows - 1) / shardRows }
  /// The gates' columns.
  var width: Int { 3 * hidden }
  var resultShape: Shape {
    output == .last ? Shape(positions - steps + 1, batch, hidden) : Shape(steps, rows, hidden)
  }

  /// The rows of a shard.
  func rows(_ shard: Int) -> Range<Int> {
    shard * shardRows..<min((shard + 1) * shardRows, rows)
  }

  /// What one shard keeps: gates `[steps, rows, 2H]`, candidate and its recurrent part
  /// `[steps, rows, H]` each, states `[steps + 1, rows, H]`.
  func shardCount(rows: Int) -> Int { rows * hidden * (5 * steps + 1) }

  /// `C += A·B` for dense A and packed B.
  func addProduct(
    _ rows: Int, _ depth: Int, _ columns: Int, _ a: UnsafePointer<Scalar>,
    _ packed: UnsafePointer<Scalar>, into c: UnsafeMutablePointer<Scalar>
  ) {
    kernels.multiplyPacked(
      rows: rows, depth: depth, columns: columns, a, rowStride: depth, columnStride: 1,
      packed: packed, into: c, rowStride: columns, accumulate: true)
  }
}
