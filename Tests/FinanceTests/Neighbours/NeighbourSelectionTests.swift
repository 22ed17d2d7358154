import Autodiff
import Finance
import Testing

@Suite struct NeighbourSelectionTests {
  /// Returns of groups of `group` assets that share a factor, the market's factor in all.
  private static func grouped(assets: Int, group: Int, rows: Int) -> Matrix {
    var generator = SplitMix64(seed: 11).split("grouped")
    let groups = (assets + group - 1) / group
    var elements: [Double] = []
    for _ in 0..<rows {
      let factors = generator.normals(groups)
      let market = generator.normals(1)[0]
      let own = generator.normals(assets)
      for i in 0..<assets {
        elements.append(0.01 * (0.3 * market + 0.8 * factors[i / group] + 0.5 * own[i]))
      }
    }
    return Matrix(rows: rows, columns: assets, elements: elements)
  }

  private static func selection(_ count: Int, exactLimit: Int = 1000) -> NeighbourSelection {
    NeighbourSelection(
      count: count, lookback: 60, refresh: 10, exactLimit: exactLimit,
      generator: SplitMix64(seed: 1))
  }

  @Test func exactListsAreTheMostCorrelated() {
    let returns = Self.grouped(assets: 12, group: 4, rows: 80)
    let lists = Self.selection(3).neighbours(returns: returns, decisions: [75])
    #expect(lists.count == 4 && lists.listOfDate == [0] && lists.indices.count == 48)
    // By plain arithmetic on rows 11 … 70.
    func correlation(_ i: Int, _ j: Int) -> Double {
      func column(_ k: Int) -> [Double] { (11...70).map { returns[$0, k] } }
      let (x, y) = (column(i), column(j))
      let (mx, my) = (x.reduce(0, +) / 60, y.reduce(0, +) / 60)
      var (xy, xx, yy) = (0.0, 0.0, 0.0)
      for t in 0..<60 {
        xy += (x[t] - mx) * (y[t] - my)
        xx += (x[t] - mx) * (x[t] - mx)
        yy += (y[t] - my) * (y[t] - my)
      }
      return xy / (xx * yy).squareRoot()
    }
    for i in 0..<12 {
      let expected = (0..<12).filter { $0 != i }
        .sorted { abs(correlation(i, $0)) > abs(correlation(i, $1)) }.prefix(3)
      #expect(lists.indices[i * 4..<i * 4 + 4].map { Int($0) } == [i] + expected)
    }
  }

  @Test func opposedAssetsAreNeighbours() {
    var returns = Self.grouped(assets: 6, group: 1, rows: 70)
    for t in 0..<70 { returns[t, 5] = -returns[t, 0] }
    let lists = Self.selection(1).neighbours(returns: returns, decisions: [65])
    #expect(lists.indices[0..<2] == [0, 5] && lists.indices[10..<12] == [5, 0])
  }

  @Test func listsAreRefreshedOnFixedRows() {
    let returns = Self.grouped(assets: 8, group: 2, rows: 120)
    let selection = Self.selection(2)
    let all = selection.neighbours(returns: returns, decisions: Array(70..<100))
    #expect(all.listOfDate == (70..<100).map { ($0 - 70) / 10 })
    let part = selection.neighbours(returns: returns, decisions: [85])
    #expect(part.indices == Array(all.indices[24..<48]))
  }

  /// No list changes when everything after its decision does.
  @Test("The future does not matter", arguments: [1000, 4])
  func theFutureDoesNotMatter(exactLimit: Int) {
    let returns = Self.grouped(assets: 200, group: 5, rows: 120)
    var corrupted = returns
    var generator = SplitMix64(seed: 9)
    for t in 81..<120 {
      for i in 0..<200 { corrupted[t, i] = generator.normalPair().0 }
    }
    let selection = Self.selection(3, exactLimit: exactLimit)
    let decisions = Array(60...80)
    let lists = selection.neighbours(returns: returns, decisions: decisions)
    #expect(selection.neighbours(returns: corrupted, decisions: decisions) == lists)
    // The check can fail: a decision after the corruption changes.
    #expect(
      selection.neighbours(returns: corrupted, decisions: [95])
        != selection.neighbours(returns: returns, decisions: [95]))
  }

  @Test func projectionsFindMostOfTheTrueNeighbours() {
    let returns = Self.grouped(assets: 1200, group: 12, rows: 70)
    let exact = Self.selection(8, exactLimit: 2000).neighbours(returns: returns, decisions: [69])
    let found = Self.selection(8).neighbours(returns: returns, decisions: [69])
    var hits = 0
    for i in 0..<1200 {
      let truth = Set(exact.indices[i * 9 + 1..<i * 9 + 9])
      hits += found.indices[i * 9 + 1..<i * 9 + 9].count { truth.contains($0) }
    }
    #expect(hits > 1200 * 8 * 9 / 10, "found \(hits) of \(1200 * 8)")
    // The same seed gives the same lists.
    #expect(Self.selection(8).neighbours(returns: returns, decisions: [69]) == found)
  }

  @Test func assetsWithoutAFullWindowHaveNoNeighbours() {
    var returns = Self.grouped(assets: 5, group: 5, rows: 70)
    returns[60, 1] = .nan
    for t in 0..<70 { returns[t, 2] = 0.001 }
    let lists = Self.selection(3).neighbours(returns: returns, decisions: [69])
    #expect(lists.indices[4..<8] == [1, -1, -1, -1])
    #expect(lists.indices[8..<12] == [2, -1, -1, -1])
    // The other three have two neighbours each.
    #expect(lists.indices[3] == -1 && Set(lists.indices[0..<3]) == [0, 3, 4])
  }
}
