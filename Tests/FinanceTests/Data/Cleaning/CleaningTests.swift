import Autodiff
import Finance
import Foundation
import Testing

@Suite struct CleaningTests {
  /// A random walk of 400 prices around 100, 1 % a day.
  private func walk(seed: UInt64 = 3) -> [Double] {
    var generator = SplitMix64(seed: seed)
    var price = 100.0
    return generator.normals(400).map {
      price *= exp(0.01 * $0)
      return price
    }
  }

  private func data(_ prices: [Double], _ rules: CleaningRules) throws -> MarketData {
    try MarketData(prices: makePanel([("A", prices)]), assets: ["A"], cleaning: rules)
  }

  private let rules = CleaningRules(outlierThreshold: 8)

  @Test func aBadTickIsBroughtInAndLeavesNoTrace() throws {
    var prices = walk()
    let clean = try data(prices, rules)
    #expect(clean.prices.column(0) == prices)
    #expect(clean.report[0].winsorised.isEmpty)
    let truth = prices[200]
    prices[200] *= 10
    let repaired = try data(prices, rules)
    let winsorised = repaired.report[0].winsorised
    #expect(winsorised.count == 1)
    #expect(winsorised[0].from == prices[200] && winsorised[0].score > 100)
    #expect(abs(repaired.prices[200, 0] / truth - 1) < 0.15)
    // The next price is the file's again.
    #expect(repaired.prices.column(0)[201...] == prices[201...])
    #expect(
      repaired.notes.first?.hasPrefix("A: 1 outlier is winsorised, the largest on ") == true)
  }

  /// An independent computation: the past returns sorted, their median and 1.4826 times the median of
  /// the distances from it.
  @Test func theLimitIsTheRobustScoreOfPastReturns() throws {
    var prices = walk()
    prices[300] *= 2
    let past = (51...299).map { log(prices[$0] / prices[$0 - 1]) }
    let window = Array(past.suffix(100)).sorted()
    let median = 0.5 * (window[49] + window[50])
    let distances = window.map { abs($0 - median) }.sorted()
    let scale = 1.482602218505602 * 0.5 * (distances[49] + distances[50])
    let repaired = try data(prices, CleaningRules(outlierThreshold: 5, outlierWindow: 100))
    #expect(abs(repaired.prices[300, 0] / (prices[299] * exp(median + 5 * scale)) - 1) < 1e-12)
  }

  @Test func theFutureDoesNotReachThePast() throws {
    var prices = walk()
    prices[100] *= 3
    let before = try data(prices, rules)
    for row in 251..<400 { prices[row] *= Double(row % 5 + 1) }
    let after = try data(prices, rules)
    #expect(sameBits(before.prices.column(0)[...250], after.prices.column(0)[...250]))
    #expect(!sameBits(before.prices.column(0), after.prices.column(0)))
  }

  @Test func withoutAThresholdNothingChanges() throws {
    var prices = walk()
    prices[200] *= 10
    #expect(try data(prices, CleaningRules()).prices.column(0) == prices)
  }

  @Test func splitsAreSuspectedAndLeft() throws {
    var prices = walk()
    for row in 250..<400 { prices[row] /= 4 }
    let data = try data(prices, CleaningRules())
    #expect(data.prices.column(0) == prices)
    #expect(data.report[0].splits.map(\.ratio) == ["1:4"])
    #expect(data.report[0].splits[0].date == data.dates[250])
    #expect(
      data.notes == [
        "A: a split suspected, \(data.dates[250]) (1:4), or the price fell or rose so; are the prices "
          + "adjusted?"
      ])
  }

  /// A split leaves an ordinary return beside it: for a price that moves 1 % a day, 2.5 % off is one, 4 %
  /// is not; for a bill that moves .1 % a day, 1 % is not.
  @Test(arguments: [
    (0.01, 0.025, true), (0.01, 0.04, false), (0.001, 0.002, true), (0.001, 0.01, false),
  ])
  func aSplitIsWithinAnOrdinaryDayOfItsRatio(scale: Double, off: Double, isOne: Bool) throws {
    var prices = walk().map { 100 * exp(scale / 0.01 * log($0 / 100)) }
    let factor = 0.5 * exp(off) * prices[249] / prices[250]
    for row in 250..<400 { prices[row] *= factor }
    let splits = try data(prices, CleaningRules()).report[0].splits
    #expect(splits.map(\.ratio) == (isOne ? ["1:2"] : []))
  }

  /// Where another price jumps on the same day the market moved; two splits on one day stay suspected.
  @Test func aJumpOfAnotherPriceSpeaksAgainstASplit() throws {
    func suspected(_ other: Double, _ row: Int = 250) throws -> [Int] {
      var (a, b) = (walk(), walk(seed: 4))
      for t in 250..<400 { a[t] *= 2.0 / 3 }
      for t in row..<400 { b[t] *= exp(other) }
      let panel = makePanel([("A", a), ("B", b)])
      return try MarketData(prices: panel, assets: ["A", "B"]).report.map(\.splits.count)
    }
    #expect(try suspected(0) == [1, 0])
    #expect(try suspected(0.02) == [1, 0], "B moves as it often does")
    #expect(try suspected(-0.15) == [0, 0])
    #expect(try suspected(-0.15, 251) == [1, 0], "on another day")
    #expect(try suspected(-log(2.0)) == [1, 1], "both like a split")
  }

  /// A money market that earns 1 basis point a day and 3 on some says nothing about a split of that day.
  @Test func interestIsNoJump() throws {
    var stock = walk()
    for t in 250..<400 { stock[t] *= 0.5 }
    var level = 100.0
    let bill = (0..<400).map { t in
      level *= 1 + (t % 5 == 0 ? 3e-4 : 1e-4 + 1e-6 * Double(t % 3))
      return level
    }
    let panel = makePanel([("A", stock), ("B", bill)])
    let report = try MarketData(prices: panel, assets: ["A"], cash: "B").report
    #expect(report[0].splits.count == 1 && report[1].jumps.isEmpty)
    #expect(try MarketData(prices: panel, assets: ["A", "B"]).report[0].splits.count == 1)
  }

  /// Oil fell by a third on the first day of the Gulf war, to .1 % like a split of 3 for 2; gold fell by 6 %.
  @Test func theGulfWarIsNoSplit() throws {
    let data = try EmbeddedData.fourAssets()
    let date = try #require(CalendarDate("1991-01-17"))
    let row = try #require(data.dates.firstIndex(of: date))
    let oil = try #require(data.assets.firstIndex(of: "WTI"))
    let ratio = data.prices[row, oil] / data.prices[row - 1, oil]
    #expect(abs(ratio - 2.0 / 3) < 0.001)
    #expect(data.report[oil].jumps.contains(data.dates[row]))
    #expect(data.report[oil].splits.isEmpty)
  }

  @Test func stalePricesAreFlagged() throws {
    var prices = walk()
    for row in 100..<107 { prices[row] = prices[100] }
    let data = try data(prices, CleaningRules())
    let stale = data.report[0].stale
    #expect(stale.count == 1)
    #expect(stale[0].rows == 7 && stale[0].first == data.dates[100])
    #expect(
      data.notes == [
        "A: stale prices? once the same price for at least 7 rows, the longest 7 from "
          + "\(data.dates[100]) to \(data.dates[106])."
      ])
    #expect(try self.data(prices, CleaningRules(staleRows: 8)).notes.isEmpty)
  }

  @Test func gapsAreFilledAndCounted() throws {
    var prices = walk()
    for row in [10, 11, 50] { prices[row] = .nan }
    let data = try data(prices, CleaningRules(maximumGap: 2))
    #expect(data.report[0].filled == 3 && data.report[0].longestGap == 2)
    #expect(data.prices[11, 0] == prices[9])
    #expect(
      data.notes == [
        "A: 3 missing prices are filled with the last price before, at most 2 in a row."
      ])
  }
}
