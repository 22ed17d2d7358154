internal import Kernels
internal import KernelInterface

/// The sizes of a variable selection network, and how its rows are cut.
///
/// A row is one (date, asset) pair. A *block* is a run of consecutive rows: whole dates where a date
/// has few assets, else part of one date. A *shard* is a run of blocks.
struct VariableSelectionPlan: BitwiseCopyable {
  let dates: Int
  let assets: Int
  let assetVariables: Int
  let marketVariables: Int
  let width: Int
  let hidden: Int
  let selectionWidth: Int
  let epsilon: Scalar
  let hasContext: Bool
  /// Which row of the context each row uses.
  let pairing: Broadcast
  let contextRows: Int
  let blockDates: Int
  let blockAssets: Int
  let blocksPerShard: Int

  /// Rows of a block: enough to use the register blocks well, few enough for the caches.
  private static let targetRows = 128
  private static let mostShards = 32

  init(
    _ x: Shape, market z: Shape?, context c: Shape?, _ w: VariableSelectionWeights,
    _ epsilon: Scalar
  ) {
    check(
      x.rank == 3 && (z.map { $0.rank == 2 && $0[0] == x[0] } ?? true),
      "variableSelection: assets \(x), market \(z?.description ?? "none")")
    let (j, d) = (x[2] + (z?[1] ?? 0), w.gain.shape.rank == 2 ? w.gain.shape[1] : 0)
    let h = w.first.shape.rank == 2 ? w.first.shape[1] : 0
    let s = w.selectionFirst.shape.rank == 2 ? w.selectionFirst.shape[1] : 0
    check(j > 0 && d > 0 && h > 0 && s > 0, "variableSelection: \(j) variables, width \(d)")
    let expected: [Shape] = [
      [j, d], [j, d], [j, h], [j, h], [j, h, 2 * d], [j, 2 * d], [j, d], [j, d], [j, s], [s],
      [j, j], [j], [s, 2 * j], [2 * j], [j], [j],
    ]
    for (position, (weight, shape)) in zip(w.all, expected).enumerated() {
      check(
        weight.shape == shape,
        "variableSelection: weight \(position) has shape \(weight.shape), not \(shape)")
    }
    dates = x[0]
    assets = x[1]
    assetVariables = x[2]
    marketVariables = z?[1] ?? 0
    width = d
    hidden = h
    selectionWidth = s
    self.epsilon = epsilon
    let leading = Shape(x[0], x[1])
    hasContext = c != nil
    if let c {
      check(
        c.rank >= 1 && c[c.rank - 1] == s,
        "variableSelection: context \(c) for \(s) hidden units")
      let contextLeading = c.prefix(c.rank - 1)
      pairing = Broadcast("variableSelection", leading, contextLeading)
      check(
        pairing.shape == leading, "variableSelection: context \(c) does not broadcast to \(x)")
      contextRows = contextLeading.count
    } else {
      pairing = Broadcast("variableSelection", leading, leading)
      contextRows = 0
    }
    let parts = max(1, (assets + Self.targetRows - 1) / Self.targetRows)
    blockAssets = max(1, (assets + parts - 1) / parts)
    blockDates = parts > 1 ? 1 : max(1, Self.targetRows / blockAssets)
    let blocks =
      ((dates + blockDates - 1) / blockDates) * ((assets + blockAssets - 1) / blockAssets)
    blocksPerShard = max(1, (blocks + Self.mostShards - 1) / Self.mostShards)
  }

  var variables: Int { assetVariables + marketVariables }
  var blockRows: Int { blockDates * blockAssets }
  private var blocksAcross: Int { (assets + blockAssets - 1) / blockAssets }
  private var blocks: Int { (dates + blockDates - 1) / blockDates * blocksAcross }
  var shards: Int { (blocks + blocksPerShard - 1) / blocksPerShard }

  /// The blocks of a shard.
  func blocks(of shard: Int) -> Range<Int> {
    shard * blocksPerShard..<min((shard + 1) * blocksPerShard, blocks)
  }

  func block(_ index: Int) -> SelectionRows {
    let (down, across) = (index / blocksAcross, index % blocksAcross)
    let (date, asset) = (down * blockDates, across * blockAssets)
    return SelectionRows(
      firstDate: date, dates: min(blockDates, dates - date),
      assets: min(blockAssets, assets - asset), firstRow: date * assets + asset)
  }

  /// The elements of each weight, in the order of `VariableSelectionWeights.all`.
  var weightCounts: [Int] {
    let (j, d, h, s) = (variables, width, hidden, selectionWidth)
    return [
      j * d, j * d, j * h, j * h, j * h * 2 * d, j * 2 * d, j * d, j * d, j * s, s, j * j, j,
      s * 2 * j, 2 * j, j, j,
    ]
  }

  /// Elements of all weights.
  var weightCount: Int { weightCounts.reduce(0, +) }
}

/// A block of rows: all assets, or a range of them, of consecutive dates.
struct SelectionRows {
  let firstDate: Int
  let dates: Int
  let assets: Int
  let firstRow: Int
  var rows: Int { dates * assets }
}

/// Where the weights of a variable selection network, or their gradients, lie.
struct SelectionPlaces<Pointer: BitwiseCopyable>: BitwiseCopyable {
  let embedding, embeddingBias, first, firstBias, gate, gateBias, gain, bias: Pointer
  let selectionFirst, selectionFirstBias, selectionSkip, selectionSkipBias: Pointer
  let selectionGate, selectionGateBias, selectionGain, selectionBias: Pointer

  /// In the order of `VariableSelectionWeights.all`.
  init(_ p: [Pointer]) {
    (embedding, embeddingBias, first, firstBias) = (p[0], p[1], p[2], p[3])
    (gate, gateBias, gain, bias) = (p[4], p[5], p[6], p[7])
    (selectionFirst, selectionFirstBias, selectionSkip) = (p[8], p[9], p[10])
    (selectionSkipBias, selectionGate, selectionGateBias) = (p[11], p[12], p[13])
    (selectionGain, selectionBias) = (p[14], p[15])
  }
}

typealias SelectionPointers = SelectionPlaces<UnsafePointer<Scalar>>

/// The matrices of a variable selection network in the order in which products read them.
struct SelectionPacking: BitwiseCopyable {
  /// Those of variable j.
  private let variableGates: UnsafeMutablePointer<GateMatrices>
  /// Those of the network that selects.
  let selectionGates: GateMatrices
  /// Rows of the assets' and of the market's variables of the hidden layer and the skip connection.
  let assetFirst, assetSkip, marketFirst, marketSkip: UnsafePointer<Scalar>
  /// The transposes of the assets' and the market's rows.
  let assetFirstBack, assetSkipBack, marketFirstBack, marketSkipBack: UnsafePointer<Scalar>?

  init(
    _ plan: VariableSelectionPlan, _ tape: Tape, _ weights: [UnsafePointer<Scalar>],
    transposed: Bool
  ) {
    let w = SelectionPointers(weights)
    let (j, d, h, s) = (plan.variables, plan.width, plan.hidden, plan.selectionWidth)
    let (f, m) = (plan.assetVariables, plan.marketVariables)
    variableGates = tape.allocate(GateMatrices.self, j)
    for k in 0..<j {
      variableGates[k] = GateMatrices(
        tape, hidden: h, width: d, w.gate + k * h * 2 * d, bias: w.gateBias + k * 2 * d,
        transposed: transposed)
    }
    selectionGates = GateMatrices(
      tape, hidden: s, width: j, w.selectionGate, bias: w.selectionGateBias,
      transposed: transposed)
    let (first, skip) = (w.selectionFirst, w.selectionSkip)
    assetFirst = tape.pack(f, s, first, (s, 1))
    assetSkip = tape.pack(f, j, skip, (j, 1))
    marketFirst = tape.pack(m, s, first + f * s, (s, 1))
    marketSkip = tape.pack(m, j, skip + f * j, (j, 1))
    assetFirstBack = transposed ? tape.pack(s, f, first, (1, s)) : nil
    assetSkipBack = transposed ? tape.pack(j, f, skip, (1, j)) : nil
    marketFirstBack = transposed ? tape.pack(s, m, first + f * s, (1, s)) : nil
    marketSkipBack = transposed ? tape.pack(j, m, skip + f * j, (1, j)) : nil
  }

  func gates(_ variable: Int) -> GateMatrices { variableGates[variable] }
}
