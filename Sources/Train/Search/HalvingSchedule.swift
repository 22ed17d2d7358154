/// Synchronous successive halving: how long the trials of a batch are trained before the worse ones stop.
///
/// Rung k has `firstRung · reduction^k` epochs; of n trials, ⌈n / reduction⌉ go on. The last rung goes to
/// the end. A batch is compared rung by rung, when all of it has come so far, so that the outcome does not
/// depend on which trial finishes first.
///
/// - Source: Li, Jamieson, DeSalvo, Rostamizadeh & Talwalkar (2018), *Hyperband: A Novel Bandit-Based
///   Approach to Hyperparameter Optimization*, JMLR 18; algorithm 1, its inner loop.
struct HalvingSchedule: Sendable, Equatable {
  let rungs: [Stage]
  let reduction: Int

  init(firstRung: Int, reduction: Int, epochs: Int) {
    self.reduction = reduction
    var rungs: [Stage] = []
    var limit = firstRung
    while reduction > 1, limit < epochs {
      rungs.append(.rung(rungs.count, epochs: limit))
      limit *= reduction
    }
    self.rungs = rungs + [.whole]
  }

  /// Which of some trials go on, in their order: the best by loss, ties by order; failures never do.
  func survivors(_ losses: [Double?]) -> [Int] {
    var ranked: [(index: Int, loss: Double)] = []
    for (index, loss) in losses.enumerated() {
      if let loss { ranked.append((index: index, loss: loss)) }
    }
    ranked.sort { a, b in a.loss == b.loss ? a.index < b.index : a.loss < b.loss }
    let count = max(1, (losses.count + reduction - 1) / reduction)
    return ranked.prefix(count).map { $0.index }.sorted()
  }
}
