import Autodiff
import Finance
import Testing

@Suite struct LeadingIndicatorTests {
  static let series: [LeadingIndicator.Series] = [
    .init("TERM_10Y_3M", falling: true), .init("BAA_AAA", falling: true), .init("Y2Y"),
  ]

  /// The same by hand at one row: standardise, power iteration, project, average.
  private func byHand(
    _ data: MarketData, _ series: [LeadingIndicator.Series], estimated at: Int, row: Int,
    window: Int, smoothing: Int
  ) -> Double {
    let columns = series.map { one in
      data.indicators.column(data.indicatorNames.firstIndex(of: one.name) ?? 0).map {
        one.sign * $0
      }
    }
    let first = columns[0].indices.first { t in columns.allSatisfy { !$0[t].isNaN } } ?? 0
    let rows = Array(max(first, at - window + 1)...at)
    let means = columns.map { c in rows.map { c[$0] }.reduce(0, +) / Double(rows.count) }
    let deviations = columns.indices.map { k in
      (rows.map { (columns[k][$0] - means[k]) * (columns[k][$0] - means[k]) }.reduce(0, +)
        / Double(rows.count)).squareRoot()
    }
    func z(_ k: Int, _ t: Int) -> Double { (columns[k][t] - means[k]) / deviations[k] }
    let m = columns.count
    var v = (0..<m).map { 1 + 0.1 * Double($0) }
    var value = 0.0
    for _ in 0..<5000 {
      var next = [Double](repeating: 0, count: m)
      for t in rows {
        let score = (0..<m).reduce(0) { $0 + v[$1] * z($1, t) }
        for k in 0..<m { next[k] += score * z(k, t) / Double(rows.count) }
      }
      value = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      v = next.map { $0 / value }
      if m == 1 { break }
    }
    if v.reduce(0, +) < 0 { v = v.map { -$0 } }
    let level =
      (row - smoothing + 1...row).map { t in
        (0..<m).reduce(0) { $0 + v[$1] * z($1, t) }
      }.reduce(0, +) / Double(smoothing)
    return level / value.squareRoot()
  }

  @Test func theComponentIsTheDominantEigenvector() throws {
    let data = try EmbeddedData.fourAssets()
    let cycle = LeadingIndicator(
      Self.series, window: 500, refit: 50, smoothing: 5, horizon: 60)
    let (levels, changes) = try cycle.path(of: data)
    let start = try #require(levels.firstIndex { !$0.isNaN })
    // Rows just estimated, and in the middle of a period.
    for (row, at) in [(start + 3000, start + 3000), (start + 3037, start + 3000)] {
      let level = byHand(data, Self.series, estimated: at, row: row, window: 500, smoothing: 5)
      let before = byHand(
        data, Self.series, estimated: at, row: row - 60, window: 500, smoothing: 5)
      #expect(abs(levels[row] - level) < 1e-9)
      #expect(abs(changes[row] - (level - before)) < 1e-9)
    }
    #expect(levels[start...].allSatisfy(\.isFinite) && changes[start...].allSatisfy(\.isFinite))
  }

  @Test func aSignTurnsASeriesAndNothingElse() throws {
    let data = try EmbeddedData.fourAssets()
    let up = try LeadingIndicator([.init("Y2Y")]).path(of: data)
    let down = try LeadingIndicator([.init("Y2Y", falling: true)]).path(of: data)
    for t in stride(from: 400, to: 6000, by: 97) {
      #expect(abs(up.levels[t] + down.levels[t]) < 1e-12)
    }
  }

  @Test func levelsDoNotLookAhead() throws {
    let data = try EmbeddedData.fourAssets()
    var generator = SplitMix64(seed: 9)
    let row = 2345
    let cycle = LeadingIndicator(Self.series)
    let (a, b) = (
      try cycle.path(of: data),
      try cycle.path(of: data.corrupted(after: row, generator: &generator))
    )
    #expect(sameBits(a.levels.prefix(row + 1), b.levels.prefix(row + 1)))
    #expect(sameBits(a.changes.prefix(row + 1), b.changes.prefix(row + 1)))
    #expect(!sameBits(a.levels, b.levels))
  }

  @Test func anUnknownIndicatorIsNamed() throws {
    let data = try EmbeddedData.fourAssets()
    let error = #expect(throws: DualLayerError.self) {
      try LeadingIndicator([.init("BAA_AA")]).path(of: data)
    }
    #expect(error?.description.contains("no indicator 'BAA_AA'; did you mean 'BAA_AAA'?") == true)
  }

  @Test func phasesAreQuadrants() {
    #expect(EconomicPhase(level: -1, change: 1) == .recovery)
    #expect(EconomicPhase(level: 1, change: 1) == .expansion)
    #expect(EconomicPhase(level: 1, change: -1) == .deceleration)
    #expect(EconomicPhase(level: -1, change: -1) == .recession)
  }
}
