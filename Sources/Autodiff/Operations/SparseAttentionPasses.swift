internal import CPUFeatures
internal import Kernels
internal import KernelInterface

/// What one row attends to: some rows of keys and values, all of them or those of a list.
private struct AttendedRows {
  let count: Int
  /// The rows attended to, −1 for nobody; without a list, row n is n.
  var list: UnsafePointer<Int32>?
  /// The first row's columns of one head; rows lie `stride` apart.
  let keys, values: UnsafePointer<Scalar>
  let keyCotangent, valueCotangent: UnsafeMutablePointer<Scalar>?
  let stride: Int
  /// The columns of a head.
  let width: Int
  let scale: Scalar

  @inline(__always)
  func offset(_ n: Int) -> Int { (list.map { Int($0[n]) } ?? n) * stride }

  /// Asks for the rows of the list that comes next.
  ///
  /// They lie anywhere: once what a head reads and writes of one date outgrows the nearer caches, waiting
  /// for one row after the other costs more than the arithmetic.
  @inline(__always)
  func prefetch(_ next: UnsafePointer<Int32>) {
    let line = 64 / MemoryLayout<Scalar>.stride
    for n in 0..<count {
      let row = Int(next[n]) * stride
      for column in Swift.stride(from: row, to: row + width, by: line) {
        keel_prefetch(keys + column)
        keel_prefetch(values + column)
        if let keyCotangent { keel_prefetch(keyCotangent + column) }
        if let valueCotangent { keel_prefetch(valueCotangent + column) }
      }
    }
  }

  func score(_ query: UnsafePointer<Scalar>, into scores: UnsafeMutablePointer<Scalar>) {
    for n in 0..<count {
      let offset = offset(n)
      scores[n] = offset < 0 ? -.infinity : scale * kernels.dot(width, query, keys + offset)
    }
  }

  func addValues(_ weights: UnsafePointer<Scalar>, to output: UnsafeMutablePointer<Scalar>) {
    for n in 0..<count where weights[n] != 0 {
      kernels.addScaled(width, weights[n], values + offset(n), into: output)
    }
  }

  /// The values' cotangents, and the weights' into `cotangents`.
  func pullBackValues(
    _ weights: UnsafePointer<Scalar>, seed: UnsafePointer<Scalar>,
    into cotangents: UnsafeMutablePointer<Scalar>
  ) {
    for n in 0..<count {
      guard weights[n] != 0 else {
        cotangents[n] = 0
        continue
      }
      let offset = offset(n)
      cotangents[n] = kernels.dot(width, seed, values + offset)
      if let valueCotangent {
        kernels.addScaled(width, weights[n], seed, into: valueCotangent + offset)
      }
    }
  }

  /// The keys' and the query's cotangents from those of the scores.
  func pullBackScores(
    _ cotangents: UnsafePointer<Scalar>, query: UnsafePointer<Scalar>,
    into queryCotangent: UnsafeMutablePointer<Scalar>?
  ) {
    for n in 0..<count where cotangents[n] != 0 {
      let (offset, slope) = (offset(n), scale * cotangents[n])
      if let queryCotangent {
        kernels.addScaled(width, slope, keys + offset, into: queryCotangent)
      }
      if let keyCotangent { kernels.addScaled(width, slope, query, into: keyCotangent + offset) }
    }
  }
}

extension SparseAttentionPlan {
  /// Rows of keys and values from `first` on, as a head sees them.
  fileprivate func attended(
    _ count: Int, from first: Int, head: Int, keys: UnsafePointer<Scalar>,
    values: UnsafePointer<Scalar>, _ k̄: UnsafeMutablePointer<Scalar>? = nil,
    _ v̄: UnsafeMutablePointer<Scalar>? = nil
  ) -> AttendedRows {
    let start = first * width + head * headWidth
    return AttendedRows(
      count: count, list: nil, keys: keys + start, values: values + start,
      keyCotangent: k̄.map { $0 + start }, valueCotangent: v̄.map { $0 + start }, stride: width,
      width: headWidth, scale: scale)
  }

  /// The first token of a date.
  fileprivate func firstToken(_ date: Int) -> Int { sharesTokens ? 0 : date * tokens }

  /// Where the columns of a head of query i start.
  fileprivate func row(_ date: Int, _ i: Int, _ head: Int) -> Int {
    (date * queries + i) * width + head * headWidth
  }

  /// Where the weights of a head of query i start.
  fileprivate func slots(_ date: Int, _ i: Int, _ head: Int) -> Int {
    ((date * heads + head) * queries + i) * slots
  }
}

/// The forward pass of attention.
struct SparseAttentionForward: ShardedWork {
  let plan: SparseAttentionPlan
  let lists: SparseAttentionLists
  let queries, keys, values: UnsafePointer<Scalar>
  let tokenKeys, tokenValues: UnsafePointer<Scalar>?
  let weights, output: UnsafeMutablePointer<Scalar>
  let scratch: WorkerScratch

  func run(shard: Int, worker: Int) {
    let (head, scratch) = (plan.head(shard), scratch[worker])
    for date in plan.dates(shard) {
      var neighbours = plan.attended(
        plan.neighbours, from: date * plan.assets, head: head, keys: keys, values: values)
      let tokens = tokenKeys.flatMap { keys in
        tokenValues.map {
          plan.attended(
            plan.tokens, from: plan.firstToken(date), head: head, keys: keys, values: $0)
        }
      }
      let list = lists.lists(date: date, head: head)
      for i in 0..<plan.queries {
        let (row, slots) = (plan.row(date, i, head), plan.slots(date, i, head))
        let p = weights + slots
        neighbours.list = list + i * plan.neighbours
        if plan.prefetches, i + 1 < plan.queries {
          neighbours.prefetch(list + (i + 1) * plan.neighbours)
        }
        neighbours.score(queries + row, into: p)
        tokens?.score(queries + row, into: p + plan.neighbours)
        weigh(plan.slots, p, plan.weighting, scratch: scratch)
        let y = output + row
        y.update(repeating: 0, count: plan.headWidth)
        neighbours.addValues(p, to: y)
        tokens?.addValues(p + plan.neighbours, to: y)
      }
    }
  }
}

/// The backward pass of attention.
struct SparseAttentionBackward: ShardedWork {
  let plan: SparseAttentionPlan
  let lists: SparseAttentionLists
  let queries, keys, values: UnsafePointer<Scalar>
  let tokenKeys, tokenValues: UnsafePointer<Scalar>?
  let weights, seed: UnsafePointer<Scalar>
  let queryCotangent, keyCotangent, valueCotangent: UnsafeMutablePointer<Scalar>?
  /// Of tokens that differ by date.
  let tokenKeyCotangent, tokenValueCotangent: UnsafeMutablePointer<Scalar>?
  /// Of tokens shared by all dates: keys' and values' for every run of dates.
  let tokenParts: UnsafeMutablePointer<Scalar>?
  let scratch: WorkerScratch

  func run(shard: Int, worker: Int) {
    let (head, s̄) = (plan.head(shard), scratch[worker])
    let part = tokenParts.map { $0 + plan.run(shard) * 2 * plan.tokens * plan.width }
    let tokenKeySeed = part ?? tokenKeyCotangent
    let tokenValueSeed = part.map { $0 + plan.tokens * plan.width } ?? tokenValueCotangent
    for date in plan.dates(shard) {
      var neighbours = plan.attended(
        plan.neighbours, from: date * plan.assets, head: head, keys: keys, values: values,
        keyCotangent, valueCotangent)
      let tokens = tokenKeys.flatMap { keys in
        tokenValues.map {
          plan.attended(
            plan.tokens, from: plan.firstToken(date), head: head, keys: keys, values: $0,
            tokenKeySeed, tokenValueSeed)
        }
      }
      let list = lists.lists(date: date, head: head)
      for i in 0..<plan.queries {
        let (row, k) = (plan.row(date, i, head), plan.neighbours)
        let p = weights + plan.slots(date, i, head)
        let (query, ȳ) = (queries + row, seed + row)
        let q̄ = queryCotangent.map { $0 + row }
        neighbours.list = list + i * k
        if plan.prefetches, i + 1 < plan.queries { neighbours.prefetch(list + (i + 1) * k) }
        neighbours.pullBackValues(p, seed: ȳ, into: s̄)
        tokens?.pullBackValues(p + k, seed: ȳ, into: s̄ + k)
        pullBackWeights(plan.slots, p, plan.weighting, s̄)
        neighbours.pullBackScores(s̄, query: query, into: q̄)
        tokens?.pullBackScores(s̄ + k, query: query, into: q̄)
      }
    }
  }
}

/// Replaces scores by their α-entmax weights; scores of −∞ get weight 0, and nothing else does not.
private func weigh(
  _ count: Int, _ p: UnsafeMutablePointer<Scalar>, _ weighting: AttentionWeighting,
  scratch: UnsafeMutablePointer<Scalar>
) {
  var largest = -Scalar.infinity
  for n in 0..<count where p[n] > largest || p[n].isNaN { largest = p[n] }
  guard largest != -.infinity else { return p.update(repeating: 0, count: count) }
  let scale: Scalar = weighting == .entmax ? 0.5 : 1
  for n in 0..<count { p[n] = scale * (p[n] - largest) }
  switch weighting {
  case .softmax:
    kernels.exp(count, p, into: scratch)
    let share = 1 / kernels.sum(count, scratch)
    for n in 0..<count { p[n] = share * scratch[n] }
  case .entmax:
    let τ = entmax15Threshold(count, descending(count, p, scratch))
    for n in 0..<count { p[n] = p[n] <= τ ? 0 : (p[n] - τ) * (p[n] - τ) }
  case .sparsemax:
    let τ = sparsemaxThreshold(count, descending(count, p, scratch))
    for n in 0..<count { p[n] = p[n] <= τ ? 0 : p[n] - τ }
  }
}

/// The numbers in descending order, by insertion: lists are short.
private func descending(
  _ count: Int, _ x: UnsafePointer<Scalar>, _ sorted: UnsafeMutablePointer<Scalar>
) -> UnsafePointer<Scalar> {
  for n in 0..<count {
    let value = x[n]
    var place = n
    while place > 0 && !(sorted[place - 1] >= value) {
      sorted[place] = sorted[place - 1]
      place -= 1
    }
    sorted[place] = value
  }
  return UnsafePointer(sorted)
}

/// Replaces the cotangents of weights by those of scores: `s̄ = d ⊙ (ū − ⟨d, ū⟩ / Σd)`,
/// `d = p^{2−α}` on the support.
private func pullBackWeights(
  _ count: Int, _ p: UnsafePointer<Scalar>, _ weighting: AttentionWeighting,
  _ cotangents: UnsafeMutablePointer<Scalar>
) {
  @inline(__always)
  func slope(_ n: Int) -> Scalar {
    switch weighting {
    case .softmax: p[n]
    case .entmax: p[n].squareRoot()
    case .sparsemax: p[n] > 0 ? 1 : 0
    }
  }
  var (weighted, total): (Scalar, Scalar) = (0, 0)
  for n in 0..<count {
    let d = slope(n)
    weighted += d * cotangents[n]
    total += d
  }
  let mean = total > 0 ? weighted / total : 0
  for n in 0..<count { cotangents[n] = slope(n) * (cotangents[n] - mean) }
}
