internal import Autodiff
internal import Finance

/// A simulated market with a known truth, in place of price files.
///
/// The returns of `days` end on ``firstTest``, those of `testDays` follow, whatever the lengths are:
/// `folds.firstTest` can stay the same for every length of history.
struct SimulationSettings: Sendable {
  enum Market: String, Sendable, CaseIterable {
    /// Seven funds, one regime.
    case usim7
    /// The same with two regimes, and a noisy indicator of them.
    case usim7s
    /// Two regimes that differ in the correlation of stocks and bonds.
    case usim7c
    /// Sectors whose drifts persist.
    case sectors
  }

  /// The date that the first test decision falls on.
  static let firstTest = CalendarDate(days: 18_262)  // 2020-01-01

  var market: Market
  /// Rows of returns up to the first test.
  var days: Int
  /// Rows of returns after it.
  var testDays: Int
  /// Indicators that mean nothing.
  var noise: Int
  /// Whether the indicator's values are put in random order: a negative control.
  var shuffledIndicator: Bool
  /// The number of assets of `sectors`.
  var assets: Int
  var seed: Int

  init(_ reader: ConfigReader) {
    market = reader.about(
      "usim7: seven funds, one regime; usim7s: planted regimes with the noisy indicator STATE; usim7c: stocks and bonds fall together in one regime; sectors: drifts that peers share"
    )
    .choice("market", default: .usim7)
    days = reader.about("simulated days up to the first test, which is on 2020-01-01")
      .int("days", default: 5000, in: 100...40_000)
    testDays = reader.about("simulated days to test on")
      .int("testDays", default: 1440, in: 20...100_000)
    noise = reader.about("further indicators NOISE1, NOISE2, … that mean nothing; not in sectors")
      .int("noise", default: 0, in: 0...1000)
    shuffledIndicator = reader.about(
      "put the values of STATE in random order: a negative control, nothing can be learned of it"
    )
    .bool("shuffledIndicator", default: false)
    assets = reader.about("assets of sectors, in five sectors")
      .int("assets", default: 50, in: 5...10_000)
    seed = reader.about("the seed of the data alone")
      .int("seed", default: 1, in: 0...)
    if noise > 0, market == .sectors {
      reader.report("noise", "value is \(noise); expected 0 for the market sectors")
    }
    if shuffledIndicator, market == .usim7 || market == .sectors {
      reader.report(
        "shuffledIndicator", "value is true; expected usim7s or usim7c, which have an indicator")
    }
  }

  /// The names of the assets.
  var assetNames: [String] {
    market == .sectors ? SectorMarket(assets: assets).names : KnownTruth.assets
  }

  /// The names of the indicators.
  var indicatorNames: [String] {
    let state = market == .usim7s || market == .usim7c ? ["STATE"] : []
    return state + (0..<noise).map { "NOISE\($0 + 1)" }
  }

  /// The data, and the moments they were drawn from: row t + 1 of the data has the return of row t of
  /// the truth.
  func simulate() -> (data: MarketData, truth: MarketTruth) {
    let generator = SplitMix64(seed: UInt64(seed)).split("simulated data")
    let rows = days + testDays
    let (data, truth): (MarketData, MarketTruth)
    switch market {
    case .usim7: (data, truth) = known(.constant, rows, generator)
    case .usim7s: (data, truth) = known(.regimes, rows, generator)
    case .usim7c: (data, truth) = known(.breakdown, rows, generator)
    case .sectors:
      let market = SectorMarket(assets: assets)
      var stream = generator.split(self.market.rawValue)
      let drawn = market.draw(rows: rows, generator: &stream)
      data = MarketData.simulated(
        returns: drawn.returns, assets: market.names,
        notes: ["Simulated: a market of sectors with persistent drifts, not a market."])
      truth = drawn.truth
    }
    var indicators = data.indicators
    if shuffledIndicator {
      var stream = generator.split("shuffle")
      // Row 0 has no indicator; Fisher–Yates on the others.
      for t in stride(from: rows, through: 2, by: -1) {
        let other = 1 + Int(stream.uniform() * Double(t))
        (indicators[t, 0], indicators[other, 0]) = (indicators[other, 0], indicators[t, 0])
      }
    }
    let dated = MarketData(
      dates: CalendarDate.weekdays(from: start, count: rows + 1), assets: data.assets,
      prices: data.prices, indicatorNames: data.indicatorNames, indicators: indicators,
      notes: data.notes)
    return (dated, truth)
  }

  private func known(
    _ market: KnownTruth, _ rows: Int, _ generator: SplitMix64
  ) -> (MarketData, MarketTruth) {
    let (data, regimes) = market.simulate(
      rows: rows, noiseFeatures: noise, generator: generator)
    return (data, market.truth(regimes: regimes))
  }

  /// The weekday `days` weekdays before the first test, a Wednesday.
  private var start: CalendarDate {
    let (weeks, rest) = (days / 5, days % 5)
    // From Wednesday back over a weekend from the third day on.
    return Self.firstTest.advanced(by: -(7 * weeks + rest + (rest > 2 ? 2 : 0)))
  }
}
