internal import Kernels
internal import KernelInterface

/// How attention scores become weights: α-entmax for α = 1, 1.5 or 2.
///
/// - Source: Peters, Niculae & Martins (2019), *Sparse Sequence-to-Sequence Models*.
public enum AttentionWeighting: Double, Sendable, BitwiseCopyable, CaseIterable {
  /// α = 1: every weight is positive.
  case softmax = 1
  /// α = 1.5: exact zeros, smooth where positive.
  case entmax = 1.5
  /// α = 2: the nearest point of the simplex, with the most zeros.
  case sparsemax = 2
}

/// Keys and values that every query of a date attends to.
public struct AttentionTokens {
  /// `[D, G, H]`, or `[G, H]` for the same at all dates.
  public var keys: Variable
  /// The same shape.
  public var values: Variable

  /// Keys with their values.
  public init(keys: Variable, values: Variable) {
    self.keys = keys
    self.values = values
  }
}

/// Multi-head attention of assets to listed neighbours and to global tokens, as one operation.
///
/// Head a of query i scores `s_j = ⟨q_i, k_j⟩ / √(H/A)` for the k neighbours j in its list and all G
/// tokens, weighs `p = entmax_α(s)` and returns `Σ_j p_j v_j`. Neighbours are gathered; nothing of
/// size N × N exists: the cost is O(D N (k + G) H).
///
/// - Shapes: `queries` `[D, Q, H]`; `keys`, `values` `[D, N, H]`; tokens as ``AttentionTokens`` says;
///   head a has columns a·H/A …; results `[D, Q, H]` and the weights `[D, A, Q, k + G]`, the
///   neighbours' first.
/// - VJP: with `ū_j = ⟨ȳ_i, v_j⟩` and `d = p^{2−α}` on the support, `s̄ = d ⊙ (ū − ⟨d, ū⟩ / Σd)`;
///   `v̄_j += p_j ȳ_i`, `q̄_i += Σ_j s̄_j k_j / √(H/A)`, `k̄_j += s̄_j q_i / √(H/A)`. Sums have a fixed
///   order. The weights have no VJP: they are for reports.
/// - A list without a neighbour, and without tokens, gives weights and a result of zero.
/// - Source: Vaswani et al. (2017), *Attention Is All You Need*, eq. 1; Peters, Niculae & Martins
///   (2019), proposition 2.
public func sparseAttention(
  queries: Variable, keys: Variable, values: Variable, neighbours: AttentionNeighbours?,
  tokens: AttentionTokens? = nil, heads: Int, weighting: AttentionWeighting = .softmax
) -> (output: Variable, weights: Variable) {
  let plan = SparseAttentionPlan(
    queries.shape, keys.shape, values.shape, tokens, neighbours, heads: heads, weighting)
  let tape = queries.tape
  let lists = SparseAttentionLists(plan, neighbours, tape)
  let output = tape.allocate(plan.dates * plan.queries * plan.width)
  let weights = tape.allocate(plan.weightCount)
  tape.withScratch { tape in
    let work = SparseAttentionForward(
      plan: plan, lists: lists, queries: queries.values, keys: keys.values,
      values: values.values, tokenKeys: tokens?.keys.values, tokenValues: tokens?.values.values,
      weights: weights, output: output, scratch: WorkerScratch(tape, perWorker: plan.slots))
    tape.run(work, shards: plan.shards)
  }
  var operands = [queries, keys, values]
  if let tokens { operands += [tokens.keys, tokens.values] }
  let result = tape.record(
    "sparseAttention", operands, output: output,
    shape: Shape(plan.dates, plan.queries, plan.width), saving: (plan, lists, weights)
  ) { context in
    let (plan, lists, weights) = context.saved(
      as: (SparseAttentionPlan, SparseAttentionLists, UnsafeMutablePointer<Scalar>).self)
    context.tape.withScratch { plan.pullBack($0, context, lists, weights) }
  }
  let report = tape.addSlot(
    weights, [plan.dates, plan.heads, plan.queries, plan.slots], needsGradient: false)
  return (result, report)
}

/// The sizes of one application of attention, and how it is cut.
///
/// A shard is one head over a run of dates: heads write to different columns, dates to different
/// rows, so that shards never write to the same memory.
struct SparseAttentionPlan: BitwiseCopyable {
  let dates: Int
  let queries: Int
  let assets: Int
  let width: Int
  let heads: Int
  let neighbours: Int
  let tokens: Int
  /// Whether the tokens are the same at all dates.
  let sharesTokens: Bool
  let weighting: AttentionWeighting
  let shardDates: Int

  /// Whether keys, values, queries and their cotangents of one head and date are more than a second-level
  /// cache holds, so that rows are asked for ahead of time.
  var prefetches: Bool {
    neighbours > 0 && 6 * assets * headWidth * MemoryLayout<Scalar>.stride > 1 << 20
  }

  init(
    _ q: Shape, _ k: Shape, _ v: Shape, _ t: AttentionTokens?, _ n: AttentionNeighbours?,
    heads: Int, _ weighting: AttentionWeighting
  ) {
    check(
      q.rank == 3 && k.rank == 3 && v == k && k[0] == q[0] && k[2] == q[2] && heads >= 1
        && q[2] % heads == 0,
      "sparseAttention: queries \(q), keys \(k), values \(v), \(heads) heads")
    if let n {
      check(
        n.queries == q[1] && n.assets == k[1] && n.listOfDate.count == q[0]
          && (n.heads == 1 || n.heads == heads),
        "sparseAttention: queries \(q), keys \(k), neighbours of \(n.queries) among \(n.assets) at "
          + "\(n.listOfDate.count) dates for \(n.heads) heads")
    }
    var (tokenCount, shares) = (0, false)
    if let t {
      let shape = t.keys.shape
      check(
        t.values.shape == shape && shape.rank >= 2 && shape[shape.rank - 1] == q[2]
          && (shape.rank == 2 || shape.rank == 3 && shape[0] == q[0]),
        "sparseAttention: queries \(q), tokens \(shape) and \(t.values.shape)")
      (tokenCount, shares) = (shape[shape.rank - 2], shape.rank == 2)
    }
    (tokens, sharesTokens) = (tokenCount, shares)
    (dates, queries, width) = (q[0], q[1], q[2])
    assets = k[1]
    self.heads = heads
    neighbours = n?.count ?? 0
    self.weighting = weighting
    shardDates = max(1, min(dates, 256 / max(queries, 1)))
  }

  var headWidth: Int { width / heads }
  var slots: Int { neighbours + tokens }
  var weightCount: Int { dates * heads * queries * slots }
  private var runs: Int { (dates + shardDates - 1) / shardDates }
  var shards: Int { runs * heads }
  var scale: Scalar { 1 / Scalar(max(headWidth, 1)).squareRoot() }

  func head(_ shard: Int) -> Int { shard % heads }

  /// Which run of dates a shard covers.
  func run(_ shard: Int) -> Int { shard / heads }

  func dates(_ shard: Int) -> Range<Int> {
    let first = run(shard) * shardDates
    return first..<min(first + shardDates, dates)
  }

  func pullBack(
    _ tape: Tape, _ context: VJPContext, _ lists: SparseAttentionLists,
    _ weights: UnsafeMutablePointer<Scalar>
  ) {
    let hasTokens = context.inputCount > 3
    // Tokens shared by all dates: each run of dates adds up for itself.
    let count = tokens * width
    let parts = hasTokens && sharesTokens ? tape.allocate(runs * 2 * count) : nil
    parts?.update(repeating: 0, count: runs * 2 * count)
    let work = SparseAttentionBackward(
      plan: self, lists: lists, queries: context.input(0), keys: context.input(1),
      values: context.input(2), tokenKeys: hasTokens ? context.input(3) : nil,
      tokenValues: hasTokens ? context.input(4) : nil, weights: weights, seed: context.seed,
      queryCotangent: context.cotangent(0), keyCotangent: context.cotangent(1),
      valueCotangent: context.cotangent(2),
      tokenKeyCotangent: hasTokens && !sharesTokens ? context.cotangent(3) : nil,
      tokenValueCotangent: hasTokens && !sharesTokens ? context.cotangent(4) : nil,
      tokenParts: parts, scratch: WorkerScratch(tape, perWorker: slots))
    tape.run(work, shards: shards)
    guard let parts else { return }
    for half in 0..<2 {
      guard let cotangent = context.cotangent(3 + half) else { continue }
      tape.addParts(
        runs, parts + half * count, stride: 2 * count, into: cotangent, count: count)
    }
  }
}

/// The lists of neighbours, on the tape.
struct SparseAttentionLists: BitwiseCopyable {
  private let indices: UnsafeMutablePointer<Int32>
  private let listOfDate: UnsafeMutablePointer<Int>
  private let listSize: Int
  private let headSize: Int

  init(_ plan: SparseAttentionPlan, _ neighbours: AttentionNeighbours?, _ tape: Tape) {
    let rows = plan.queries * plan.neighbours
    let heads = neighbours?.heads ?? 1
    listSize = heads * rows
    headSize = heads == 1 ? 0 : rows
    let (source, dates) = (neighbours?.indices ?? [], neighbours?.listOfDate ?? [])
    indices = tape.allocate(Int32.self, source.count)
    listOfDate = tape.allocate(Int.self, dates.count)
    source.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { indices.update(from: base, count: buffer.count) }
    }
    for (date, list) in dates.enumerated() { listOfDate[date] = list }
  }

  /// The lists `[Q, k]` of a head at a date; not to be read if k = 0.
  func lists(date: Int, head: Int) -> UnsafePointer<Int32> {
    UnsafePointer(indices + (listSize == 0 ? 0 : listOfDate[date] * listSize + head * headSize))
  }
}
