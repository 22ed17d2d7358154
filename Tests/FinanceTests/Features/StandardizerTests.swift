import Autodiff
import Finance
import Testing

@Suite struct StandardizerTests {
  private func tensors(asset: [Double], market: [Double], decisions: Int) -> FeatureTensors {
    let names = ["f", "g"]
    return FeatureTensors(
      dates: CalendarDate.weekdays(from: CalendarDate(days: 0), count: decisions),
      assets: ["A", "B", "C"], assetNames: names, marketNames: ["m"], asset: asset, market: market)
  }

  private func random(_ decisions: Int) -> FeatureTensors {
    var generator = SplitMix64(seed: 4)
    return tensors(
      asset: generator.normals(decisions * 6).map { 3 + 2 * $0 },
      market: generator.normals(decisions).map { 100 * $0 - 7 }, decisions: decisions)
  }

  @Test func trainingDecisionsGetMeanZeroAndDeviationOne() throws {
    let features = random(200)
    let training = Array(0..<150)
    let standardizer = try Standardizer(fitting: features, decisions: training, clip: 100)
    let scaled = standardizer.standardized(features)
    for f in 0..<2 {
      let values = stride(from: f, to: 150 * 6, by: 2).map { scaled.asset[$0] }
      let mean = values.reduce(0, +) / 450
      #expect(abs(mean) < 1e-12)
      #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 450 - 1) < 1e-12)
    }
    let market = scaled.market.prefix(150)
    #expect(abs(market.reduce(0, +)) < 1e-10)
    #expect(abs(market.reduce(0) { $0 + $1 * $1 } / 150 - 1) < 1e-12)
  }

  /// A feature that is not a number where something is decided is named with its date.
  @Test func missingFeaturesOfDecisionsAreNamed() throws {
    var features = random(20)
    features.asset[7 * 6 + 3] = .infinity
    features.market[9] = .nan
    try features.requireDefined(at: 0..<7)
    for (decisions, name, date) in [(5..<12, "g", 7), (8..<12, "m", 9)] {
      let error = #expect(throws: FeatureError.self) { try features.requireDefined(at: decisions) }
      #expect(error?.feature == name)
      #expect(error?.problem.hasPrefix("is not defined on \(features.dates[date]), where") == true)
    }
  }

  @Test func onlyTrainingDecisionsCount() throws {
    let features = random(200)
    var other = features
    for index in 150 * 6..<200 * 6 { other.asset[index] *= -1000 }
    for index in 150..<200 { other.market[index] = .nan }
    let training = Array(0..<150)
    #expect(
      try Standardizer(fitting: features, decisions: training)
        == Standardizer(fitting: other, decisions: training))
    #expect(
      try Standardizer(fitting: features, decisions: training)
        != Standardizer(fitting: features, decisions: Array(0..<151)))
  }

  @Test func valuesAreClippedAndMissingOnesStayMissing() throws {
    let standardizer = Standardizer(
      assetMeans: [1, 0], assetScales: [2, 0], marketMeans: [0], marketScales: [1], clip: 3)
    let features = tensors(asset: [1, 9, 5, 9, 1000, 9], market: [-50], decisions: 1)
    #expect(standardizer.standardized(features).asset == [0, 0, 2, 0, 3, 0])
    #expect(standardizer.standardized(features).market == [-3])
    let missing = tensors(asset: [.nan, 9, 5, 9, 3, 9], market: [.nan], decisions: 1)
    #expect(sameBits(standardizer.standardized(missing).asset, [.nan, 0, 2, 0, 1, 0]))
    #expect(standardizer.standardized(missing).market[0].isNaN)
  }

  @Test func featuresThatDoNotVaryBecomeZero() throws {
    // 0.1 has no exact double, so its computed mean differs by rounding.
    let features = tensors(
      asset: [Double](repeating: 0.1, count: 60), market: [Double](repeating: 0, count: 10),
      decisions: 10)
    let standardizer = try Standardizer(fitting: features, decisions: Array(0..<10))
    #expect(standardizer.assetScales == [0, 0] && standardizer.marketScales == [0])
    #expect(standardizer.standardized(features).asset.allSatisfy { $0 == 0 })
  }

  @Test func aCheckpointedStandardizerIsTheSame() throws {
    let fitted = try Standardizer(fitting: random(50), decisions: Array(0..<50))
    let copy = Standardizer(
      assetMeans: fitted.assetMeans, assetScales: fitted.assetScales,
      marketMeans: fitted.marketMeans, marketScales: fitted.marketScales, clip: fitted.clip)
    #expect(copy == fitted)
    #expect(fitted.clip == 3)
  }

  @Test func missingTrainingValuesAreRefusedByName() {
    var features = random(10)
    features.market[4] = .nan
    let error = #expect(throws: FeatureError.self) {
      try Standardizer(fitting: features, decisions: Array(0..<10))
    }
    #expect(
      error?.description
        == "feature 'm': is not defined on 1970-01-07, in the training period; start later, or leave "
        + "the feature out.")
    #expect(throws: Never.self) {
      try Standardizer(fitting: features, decisions: Array(5..<10))
    }
  }
}
