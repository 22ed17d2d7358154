import Autodiff
import Finance
import Testing

@Suite struct FeatureBuilderTests {
  static let builder = FeatureBuilder(
    assetFeatures: [
      .logReturn(10), .volatility(20), .momentum(63), .drawdown(126), .volatilityRatio(20, 250),
      .relativeVolatility(60),
    ],
    marketFeatures: [
      .meanCorrelation(60), .indicator("TERM_10Y_3M"), .indicatorChange("TERM_10Y_3M", 63),
      .indicator("BAA"),
    ])

  /// Expected values by pandas 3.1.
  ///
  /// On the embedded files, row of 2005-06-01:
  /// ```python
  /// P = prices[["SP500", "UST10Y", "GOLD", "WTI"]]; L = np.log(P); r = L.diff(); d = "2005-06-01"
  /// v = lambda h: r.rolling(h).std() * 252**.5
  /// L.diff(10); np.log(v(20)); (L - L.rolling(127).max()); np.log(v(20) / v(250))
  /// (L.diff(63).sub(np.log(CASH).diff(63), axis=0)) / (r.rolling(60).std() * 63**.5)
  /// np.log(v(60)).sub(np.log(v(60)).mean(axis=1), axis=0); (np.corrcoef(r[-60:].T).sum() - 4) / 12
  /// ```
  @Test func valuesMatchAnIndependentComputation() throws {
    let data = try EmbeddedData.fourAssets()
    let date = try #require(CalendarDate("2005-06-01"))
    let row = try #require(data.dates.lastRow(onOrBefore: date))
    let features = try Self.builder.features(of: data, at: [row])
    #expect(features.dates.map(\.description) == ["2005-06-01"])
    let expected: [[Double]] = [
      [0.023923498509475394, 0.01898870909441186, -0.011133172992333407, 0.10515628814767064],
      [-2.2396383528439743, -2.849223950158395, -2.6920633258236117, -1.142630334675835],
      [-0.22136427805707412, 1.356015235623104, -0.9664082392404814, 0.0827368251510937],
      [-0.0190240255550167, 0.0, -0.08941609138637752, -0.0512381458080724],
      [-0.02145913466872009, -0.0895332081792833, -0.5561009250235952, -0.18811893713611821],
      [-0.10418294393599026, -0.762418268215584, -0.3587764317795823, 1.2253776439311568],
    ]
    for (f, values) in expected.enumerated() {
      let computed = (0..<4).map { features.asset[$0 * 6 + f] }
      #expect(relativeError(computed, values, floor: 1e-2) < 1e-11, "feature \(f)")
    }
    #expect(
      relativeError(features.market, [0.01015005524091365, 0.94, -0.7, 6.05], floor: 1) < 1e-12)
  }

  @Test func shapesAndNamesAgree() throws {
    let data = try EmbeddedData.fourAssets()
    let features = try Self.builder.features(of: data, at: [300, 400, 500])
    #expect(features.decisionCount == 3 && features.assetCount == 4)
    #expect(features.assetFeatureCount == 6 && features.marketFeatureCount == 4)
    #expect(features.asset.count == 72 && features.market.count == 12)
    #expect(features.assetNames[4] == "volatilityRatio(20,250)")
    #expect(features.marketNames[2] == "indicatorChange(TERM_10Y_3M,63)")
    let single = try Self.builder.features(of: data, at: [400])
    #expect(sameBits(single.asset, features.asset[24..<48]))
  }

  @Test(arguments: [250, 1111, 4000]) func theFutureDoesNotReachThePast(row: Int) throws {
    let data = try EmbeddedData.fourAssets()
    var generator = SplitMix64(seed: 11)
    let corrupted = data.corrupted(after: row, generator: &generator)
    let rows = Array(max(250, row - 30)...row)
    let (past, same) = (
      try Self.builder.features(of: data, at: rows),
      try Self.builder.features(of: corrupted, at: rows)
    )
    #expect(sameBits(past.asset, same.asset))
    #expect(sameBits(past.market, same.market))
    // Negative control: one row later everything differs.
    let (next, other) = (
      try Self.builder.features(of: data, at: [row + 1]),
      try Self.builder.features(of: corrupted, at: [row + 1])
    )
    #expect(!sameBits(next.asset, other.asset))
    #expect(zip(next.market, other.market).allSatisfy { $0 != $1 })
  }

  @Test func whereTheDataStartDoesNotMatter() throws {
    let (prices, indicators) = (try EmbeddedData.prices(), try EmbeddedData.indicators())
    func data(from start: CalendarDate?) throws -> MarketData {
      try MarketData(
        prices: prices, assets: ["SP500", "GOLD"], cash: "CASH",
        indicators: IndicatorSelection(panel: indicators), from: start)
    }
    let (long, short) = (try data(from: nil), try data(from: prices.dates[2000]))
    let (a, b) = (
      try Self.builder.features(of: long, at: [2250, 2500, 6000]),
      try Self.builder.features(of: short, at: [250, 500, 4000])
    )
    #expect(sameBits(a.asset, b.asset))
    #expect(sameBits(a.market, b.market))
  }

  @Test func scalingPricesAndReorderingAssetsChangeNothingElse() throws {
    let data = try EmbeddedData.fourAssets()
    let order = [2, 0, 3, 1]
    var prices = data.prices
    for row in 0..<prices.rows {
      for asset in 0..<4 { prices[row, asset] = data.prices[row, order[asset]] * 1024 }
    }
    let other = MarketData(
      dates: data.dates, assets: order.map { data.assets[$0] }, prices: prices,
      cashLevels: data.cashLevels?.map { $0 * 64 }, indicatorNames: data.indicatorNames,
      indicators: data.indicators)
    let (a, b) = (
      try Self.builder.features(of: data, at: [3000]),
      try Self.builder.features(of: other, at: [3000])
    )
    for (asset, source) in order.enumerated() {
      let (x, y) = (b.asset[asset * 6..<asset * 6 + 6], a.asset[source * 6..<source * 6 + 6])
      #expect(sameBits(x.dropLast(), y.dropLast()))
      // The cross-section's mean adds up in another order.
      #expect(relativeError(Array(x), Array(y), floor: 0.1) < 1e-13)
    }
    #expect(relativeError(a.market, b.market, floor: 0.1) < 1e-13)
  }

  @Test func thePriceThatStandsStillGivesFiniteFeatures() throws {
    let rows = 300
    var prices = Matrix(rows: rows, columns: 2, repeating: 100)
    for row in 0..<rows { prices[row, 1] = 100 + Double(row % 7) }
    let data = MarketData(
      dates: CalendarDate.weekdays(from: CalendarDate(days: 0), count: rows), assets: ["A", "B"],
      prices: prices)
    let builder = FeatureBuilder(
      assetFeatures: Self.builder.assetFeatures, marketFeatures: [.meanCorrelation(60)])
    let features = try builder.features(of: data, at: [299])
    #expect((features.asset + features.market).allSatisfy { $0.isFinite })
    #expect(abs(features.market[0]) < 1e-15)
    #expect(abs(features.asset[1] - -9.210340371976182) < 1e-14)  // ln 0.0001
  }

  @Test func momentumIsClipped() throws {
    var prices = (0..<400).map { 1 + Double($0) / 10 }
    for row in stride(from: 0, to: 400, by: 2) { prices[row] += 0.01 }
    let data = MarketData(
      dates: CalendarDate.weekdays(from: CalendarDate(days: 0), count: 400), assets: ["A"],
      prices: Matrix(rows: 400, columns: 1, elements: prices))
    let builder = FeatureBuilder(assetFeatures: [.momentum(300)])
    #expect(try builder.features(of: data, at: [399]).asset == [4])
  }

  @Test func theFirstCompleteRowWaitsForLateIndicators() throws {
    let data = try EmbeddedData.fourAssets()
    #expect(Self.builder.requiredRows == 250)
    #expect(try Self.builder.firstCompleteRow(in: data) == 250)
    let late = FeatureBuilder(
      assetFeatures: [.logReturn(5)],
      marketFeatures: [.indicator("VIX"), .indicatorChange("VIX", 21)])
    let first = try #require(try late.firstCompleteRow(in: data))
    #expect(first == 6050 + 21)
    #expect(try late.features(of: data, at: [first]).market.allSatisfy { $0.isFinite })
    #expect(try !late.features(of: data, at: [first - 1]).market.allSatisfy { $0.isFinite })
    let never = FeatureBuilder(
      assetFeatures: [], marketFeatures: [.indicatorChange("VIX", 6000)])
    #expect(try never.firstCompleteRow(in: data) == nil)
  }

  @Test func featuresThatTheDataCannotGiveAreRefused() throws {
    let data = try EmbeddedData.fourAssets()
    func fault(_ feature: MarketFeature, _ data: MarketData) -> String? {
      let error = #expect(throws: FeatureError.self) {
        try FeatureBuilder(assetFeatures: [], marketFeatures: [feature]).features(
          of: data, at: [100])
      }
      return error?.description
    }
    let message = try #require(fault(.indicator("VXI"), data))
    #expect(
      message.hasPrefix(
        "feature 'indicator(VXI)': no indicator 'VXI'; did you mean 'VIX'? Indicators: VIX, Y3M,"))
    let bare = try MarketData(prices: EmbeddedData.prices(), assets: ["GOLD"])
    #expect(
      fault(.indicator("VIX"), bare)
        == "feature 'indicator(VIX)': no indicator 'VIX'. The data have no indicators.")
    #expect(
      fault(.meanCorrelation(20), bare)
        == "feature 'meanCorrelation(20)': a correlation needs at least two assets.")
  }

  @Test func rowsWithoutEnoughHistoryStopTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let data = MarketData(
        dates: CalendarDate.weekdays(from: CalendarDate(days: 0), count: 3), assets: ["A"],
        prices: Matrix(rows: 3, columns: 1, repeating: 1))
      _ = try FeatureBuilder(assetFeatures: [.logReturn(2)]).features(of: data, at: [1])
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("features: row 1; expected 2..<3"))
  }
}
