public import Autodiff

/// Chooses the assets that each asset attends to: those whose trailing returns were most correlated
/// with its own, in magnitude.
///
/// A decision at row t uses the lists of the last refresh, at row `⌊t / refresh⌋ · refresh`, computed
/// from the `lookback` returns up to and including that row: nothing after the decision. Refreshes
/// lie on fixed rows, so that a date has the same neighbours in whatever block it stands.
///
/// Up to ``exactLimit`` assets the lists are exact, at a cost of N² lookback. Above, candidates are
/// found by trees of random projections (Dasgupta & Freund 2008, *Random projection trees and low
/// dimensional manifolds*), whose leaves are compared exactly, and then among the neighbours of
/// neighbours: N log N, and some true neighbours are missed. The projections are drawn from a named stream, the same at every refresh, so that lists
/// change with the returns only.
public struct NeighbourSelection: Sendable, Hashable {
  /// The neighbours of an asset besides itself.
  public let count: Int
  /// Rows of returns that a correlation is computed from.
  public let lookback: Int
  /// Rows from one refresh to the next.
  public let refresh: Int
  /// The number of assets up to which lists are exact.
  public let exactLimit: Int
  /// Trees of random projections above that number.
  public let trees: Int
  private let generator: SplitMix64

  /// Rounds of comparing with neighbours of neighbours.
  private static let rounds = 2

  /// Selects `count` neighbours; `generator` determines the projections.
  public init(
    count: Int, lookback: Int = 120, refresh: Int = 21, exactLimit: Int = 1000, trees: Int = 8,
    generator: SplitMix64
  ) {
    check(
      count >= 1 && lookback >= 2 && refresh >= 1 && exactLimit >= 0 && trees >= 1,
      "NeighbourSelection: \(count) neighbours from \(lookback) rows each \(refresh), \(trees) trees"
    )
    self.count = count
    self.lookback = lookback
    self.refresh = refresh
    self.exactLimit = exactLimit
    self.trees = trees
    self.generator = generator.split("neighbours")
  }

  /// The lists for decisions at the given rows, each the asset itself and then its neighbours, the
  /// closest first.
  ///
  /// - Shapes: `returns` `[T, N]`, row-major, of which no row after a decision's is read.
  ///
  /// An asset without variance, with a missing return in the window, or that joins the universe after
  /// the refresh (`joins` `[N]`, the row from which each is available; nil for all from the first on),
  /// has no neighbours (−1) and is nobody's. Where less than `lookback` rows exist, the existing ones
  /// are used.
  public func neighbours(
    returns: UnsafePointer<Double>, assets: Int, decisions rows: [Int], joins: [Int]? = nil
  ) -> AttentionNeighbours {
    check(
      count < assets, "NeighbourSelection: \(count) neighbours of \(assets) assets; want fewer")
    check(
      joins?.count ?? assets == assets,
      "NeighbourSelection: \(joins?.count ?? 0) rows of joining for \(assets) assets")
    var (indices, lists): ([Int32], [Int: Int]) = ([], [:])
    let listOfDate = rows.map { row in
      let last = row / refresh * refresh
      if let list = lists[last] { return list }
      lists[last] = lists.count
      indices += list(returns: returns, assets: assets, row: last, joins: joins)
      return lists.count - 1
    }
    return AttentionNeighbours(
      queries: assets, assets: assets, count: count + 1, indices: indices, listOfDate: listOfDate)
  }

  /// The same for a matrix of returns.
  public func neighbours(
    returns: Matrix, decisions rows: [Int], joins: [Int]? = nil
  ) -> AttentionNeighbours {
    if let last = rows.max() {
      check(last < returns.rows, "NeighbourSelection: row \(last) of \(returns.rows)")
    }
    return returns.elements.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { fatalError("NeighbourSelection: no returns") }
      return neighbours(returns: base, assets: returns.columns, decisions: rows, joins: joins)
    }
  }

  /// The lists `[N, count + 1]` as of a row.
  private func list(
    returns: UnsafePointer<Double>, assets: Int, row: Int, joins: [Int]?
  ) -> [Int32] {
    var series = StandardizedSeries(
      returns: returns, assets: assets, rows: max(0, row - lookback + 1)..<row + 1)
    if let joins { series.leaveOut { joins[$0] > row } }
    var ranking = NeighbourRanking(assets: assets, count: count)
    if assets <= exactLimit {
      ranking.offerAll(Array(0..<assets).filter { series.isValid[$0] }, series)
    } else {
      for tree in 0..<trees {
        ProjectionTree(generator: generator.split("tree \(tree)"), leaf: max(64, 4 * count))
          .leaves(of: series) { ranking.offerAll($0, series) }
      }
      for _ in 0..<Self.rounds { ranking.offerNeighboursOfNeighbours(series) }
    }
    return ranking.lists
  }
}
