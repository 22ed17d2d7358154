import Autodiff
import Finance
import Testing

@Suite struct FeatureValueTests {
  /// All that ``FeatureBuilderTests`` does not cover.
  static let builder = FeatureBuilder(
    assetFeatures: [
      .skewness(60), .marketCorrelation(60), .correlation("SP500", 60),
      .fractionalDifference(.fixed(0.4), 50),
    ],
    marketFeatures: [
      .zScore("TERM_10Y_3M", 250), .spread("BAA", "AAA"), .curvature("Y2Y", "Y5Y", "Y10Y"),
      .logRatio("RV21", "RV63"), .calendar(.yearSine), .calendar(.yearCosine),
      .calendar(.weekSine), .calendar(.weekCosine), .calendar(.month),
    ])

  /// Expected values by pandas 3.0.
  ///
  /// On the embedded files, row of 2005-06-01:
  /// ```python
  /// w = r.loc[:d].iloc[-60:]; c = w - w.mean(); (c**3).mean() / (c**2).mean()**1.5
  /// m = r.mean(axis=1).loc[:d].iloc[-60:]; [np.corrcoef(w[k], m)[0, 1] for k in P]
  /// o = [1.]; [o.append(-o[-1] * (.4 - k + 1) / k) for k in range(1, 51)]
  /// (np.array(o)[:, None] * L.loc[:d].iloc[-51:].values[::-1]).sum(0)
  /// z = I["TERM_10Y_3M"].loc[:d].iloc[-250:]; (z.iloc[-1] - z.mean()) / z.std()
  /// ```
  @Test func valuesMatchAnIndependentComputation() throws {
    let data = try EmbeddedData.fourAssets()
    let date = try #require(CalendarDate("2005-06-01"))
    let row = try #require(data.dates.lastRow(onOrBefore: date))
    let features = try Self.builder.features(of: data, at: [row])
    let expected: [[Double]] = [
      [0.08817446276041653, -0.6677326707807999, -0.4209246331632057, -1.1110284867385263],
      [0.15202125011890247, 0.0926015521550126, 0.45118566021610873, 0.9480968840017114],
      [1, -0.005640625607319378, -0.007778437347032704, -0.09598168941869449],
      [1.003171052550562, 0.8334776590452249, 0.8395241742555415, 0.61166780666029],
    ]
    for (f, values) in expected.enumerated() {
      let computed = (0..<4).map { features.asset[$0 * 4 + f] }
      #expect(relativeError(computed, values, floor: 1) < 1e-12, "feature \(f)")
    }
    // 2005-06-01 is a Wednesday, day 152 of the year, the first of its month.
    let market = [
      -1.887899438453471, 0.72, -0.15, -0.147824156181448, 0.5175855102531889,
      -0.8556314858488706, 0.9749279121818236, -0.22252093395631434, -1,
    ]
    #expect(relativeError(features.market, market, floor: 1) < 1e-12)
  }

  @Test(arguments: [250, 1111, 4000]) func theFutureDoesNotReachThePast(row: Int) throws {
    let data = try EmbeddedData.fourAssets()
    var generator = SplitMix64(seed: 13)
    let corrupted = data.corrupted(after: row, generator: &generator)
    let rows = Array(row - 1...row)
    let (past, same) = (
      try Self.builder.features(of: data, at: rows),
      try Self.builder.features(of: corrupted, at: rows)
    )
    #expect(sameBits(past.asset, same.asset))
    #expect(sameBits(past.market, same.market))
    // Negative control: one row later all but the calendar differs, and SP500's correlation with itself.
    let (next, other) = (
      try Self.builder.features(of: data, at: [row + 1]),
      try Self.builder.features(of: corrupted, at: [row + 1])
    )
    let equal = zip(next.asset, other.asset).filter { $0 == $1 }.count
    #expect(equal <= 1)
    #expect(zip(next.market, other.market).prefix(4).allSatisfy { $0 != $1 })
    #expect(sameBits(next.market.suffix(5), other.market.suffix(5)))
  }

  @Test func whatStandsStillGivesFiniteFeatures() throws {
    let rows = 300
    var prices = Matrix(rows: rows, columns: 2, repeating: 100)
    for row in 0..<rows { prices[row, 1] = 100 + Double(row % 7) }
    let data = MarketData(
      dates: CalendarDate.weekdays(from: CalendarDate(days: 0), count: rows),
      assets: ["SP500", "B"],
      prices: prices, indicatorNames: ["X"],
      indicators: Matrix(rows: rows, columns: 1, repeating: 0.1))
    let builder = FeatureBuilder(
      assetFeatures: Self.builder.assetFeatures, marketFeatures: [.zScore("X", 60)])
    let features = try builder.features(of: data, at: [299])
    #expect((features.asset + features.market).allSatisfy { $0.isFinite })
    #expect(features.asset[0] == 0 && features.asset[1] == 0 && features.market == [0])
  }

  @Test func lateIndicatorsDelayWhatReadsThem() throws {
    let data = try EmbeddedData.fourAssets()
    func first(_ feature: MarketFeature) throws -> Int? {
      try FeatureBuilder(assetFeatures: [], marketFeatures: [feature]).firstCompleteRow(in: data)
    }
    #expect(try first(.zScore("VIX", 21)) == 6050 + 20)
    #expect(try first(.spread("VIX", "BAA")) == 6050)
    #expect(try first(.calendar(.month)) == 0)
  }

  @Test func unknownAssetsAndOpenOrdersAreRefused() throws {
    let data = try EmbeddedData.fourAssets()
    func fault(_ feature: AssetFeature) -> String? {
      #expect(throws: FeatureError.self) {
        try FeatureBuilder(assetFeatures: [feature]).features(of: data, at: [100])
      }?.description
    }
    #expect(
      fault(.correlation("SP50", 20))
        == "feature 'correlation(SP50,20)': no asset 'SP50'; did you mean 'SP500'? Assets: SP500, "
        + "UST10Y, GOLD, WTI.")
    #expect(
      fault(.fractionalDifference(.smallestStationary, 50))
        == "feature 'fractionalDifference(adf,50)': the order is to be found in training data first; "
        + "give a number.")
  }

  @Test func theCalendarIsACircle() throws {
    let (last, first) = (
      try #require(CalendarDate("2021-12-31")), try #require(CalendarDate("2022-01-01"))
    )
    #expect(abs(CalendarPosition.yearSine.value(first)) < 1e-15)
    #expect(abs(CalendarPosition.yearSine.value(last)) < 0.03)
    #expect(CalendarPosition.month.value(last) == 1)
    #expect(CalendarPosition.month.value(first) == -1)
    #expect(CalendarPosition.weekCosine.value(try #require(CalendarDate("2022-01-03"))) == 1)
  }
}
