import Autodiff
import Finance
import Testing

/// Data in which an asset is listed late: what they say of it, and what is made of them.
@Suite struct LateListingsTests {
  let panel = makePanel([
    ("A", [.nan, 10, 11, 12, 13, 14]), ("B", [5, 6, 6, 7, 8, 9]),
    ("C", [.nan, .nan, .nan, 2, .nan, 3]), ("CASH", [1, 1, 2, 4, 8, 16]),
    ("D", [1, 2, 3, 4, .nan, .nan]), ("E", [1, .nan, .nan, .nan, .nan, .nan]),
  ])

  private func fault(_ body: () throws -> MarketData) -> String? {
    let error = #expect(throws: DataError.self) { _ = try body() }
    return error?.description
  }

  /// The embedded prices of four assets, the last one listed on a row, and the first three alone.
  static func embedded(listing row: Int) throws -> (late: MarketData, smaller: MarketData) {
    let all = try EmbeddedData.fourAssets()
    var prices = all.prices
    for t in 0..<row { prices[t, 3] = .nan }
    func data(_ assets: Int) -> MarketData {
      MarketData(
        dates: all.dates, assets: Array(all.assets[..<assets]),
        prices: Matrix(
          rows: prices.rows, columns: assets,
          elements: (0..<prices.rows).flatMap { t in (0..<assets).map { prices[t, $0] } }),
        cashLevels: all.cashLevels, indicatorNames: all.indicatorNames, indicators: all.indicators)
    }
    return (data(4), data(3))
  }

  @Test func theCalendarStartsWithTwoAssets() throws {
    let data = try MarketData(
      prices: panel, assets: ["C", "B", "A"], cash: "CASH", lateListings: .join,
      cleaning: CleaningRules(maximumGap: 1))
    #expect(data.dates == Array(panel.dates[1...]))
    #expect(data.listings == [2, 0, 0] && !data.isComplete)
    #expect(sameBits(data.prices.column(0), [.nan, .nan, 2, 2, 3]))
    #expect(sameBits(data.returns.column(0), [.nan, .nan, .nan, 0, 0.5]))
    #expect(data.returns.column(1)[0] == 0)
    #expect(
      data.notes == [
        "The first row (2019-04-15) is left out: until then there are no prices for two assets, "
          + "or none for cash.",
        "C: 1 missing price is filled with the last price before.",
      ])
    #expect(data.report[0].first == panel.dates[3] && data.report[0].prices == 2)
  }

  /// A single asset has nobody to wait for, and without cash nothing is said of it.
  @Test func theCalendarOfOneAssetStartsWithIt() throws {
    let alone = try MarketData(
      prices: panel, assets: ["A"], lateListings: .join)
    #expect(alone.dates == Array(panel.dates[1...]))
    #expect(
      alone.notes == [
        "The first row (2019-04-15) is left out: until then there is no price for A."
      ])
    let two = try MarketData(prices: panel, assets: ["A", "B"], lateListings: .join)
    #expect(two.notes[0].hasSuffix("until then there are no prices for two assets."))
  }

  /// Without late listings both ways give the same.
  @Test func completePanelsAreTheSameEitherWay() throws {
    let complete = makePanel([("A", [1, 2, 3]), ("B", [4, 5, 6]), ("C", [7, 8, 9])])
    let (trim, join) = (
      try MarketData(prices: complete, assets: ["A", "B", "C"]),
      try MarketData(prices: complete, assets: ["A", "B", "C"], lateListings: .join)
    )
    #expect(join.isComplete && join.prices == trim.prices && join.returns == trim.returns)
    #expect(join.notes == trim.notes && join.report == trim.report)
  }

  @Test func faultsAreNamed() {
    // An asset that ends early is refused as ever.
    #expect(
      fault { try MarketData(prices: panel, assets: ["B", "A", "D"], lateListings: .join) }
        == "memory: column 'D': the price of 2019-04-19 is missing, and so are all after it; end the "
        + "period earlier, or leave the column out.")
    #expect(
      fault { try MarketData(prices: panel, assets: ["B", "A", "E"], lateListings: .join) }
        == "memory: column 'E': the price of 2019-04-16 is missing, and so are all after it; end the "
        + "period earlier, or leave the column out.")
    #expect(
      fault {
        try MarketData(
          prices: panel, assets: ["B", "A", "E"], from: panel.dates[1], lateListings: .join)
      }
        == "memory: column 'E': holds no price from 2019-04-16 to 2019-04-22; leave the column out, or "
        + "end the period later.")
    #expect(
      fault {
        try MarketData(
          prices: panel, assets: ["A", "C"], cash: "CASH", through: panel.dates[2],
          lateListings: .join)
      }
        == "memory: no row has a price for two assets and cash; prices exist: A 2019-04-16 to "
        + "2019-04-17, C never, CASH 2019-04-15 to 2019-04-17.")
  }

  @Test func aLevelThatIsNotPositiveAfterTheListingStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = MarketData(
        dates: CalendarDate.weekdays(from: CalendarDate(days: 0), count: 3), assets: ["A"],
        prices: Matrix(rows: 3, columns: 1, elements: [.nan, 1, .nan]))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("MarketData: level nan in row 2; expected > 0"))
  }

  @Test func availabilityFollowsHistory() throws {
    let data = try Self.embedded(listing: 100).late
    let availability = Availability(of: data, at: [50, 159, 160, 161], history: 60)
    #expect(availability.decisions == 4 && availability.assets == 4)
    #expect((0..<4).map { availability[$0, 3] } == [false, false, true, true])
    #expect(availability.members(at: 0) == [] && availability.members(at: 1) == [0, 1, 2])
    #expect(availability[2..<4] == Availability(of: data, at: [160, 161], history: 60))
    #expect(availability.stretches == [0..<1, 1..<2, 2..<4])
    #expect(availability[2..<4].stretches == [0..<2] && availability[0..<0].stretches == [])
    #expect(
      availability[1..<3].repeated(2).flags
        == [1, 1, 2, 2].flatMap { d in
          (0..<4).map { availability[d, $0] }
        })
  }

  /// When an asset comes is part of the future.
  @Test func corruptionMovesTheListing() throws {
    let data = try Self.embedded(listing: 3000).late
    var generator = SplitMix64(seed: 3)
    let before = data.corrupted(after: 2000, generator: &generator)
    #expect(before.listings == [0, 0, 0, 2001])
    let past = 0..<2001 * 4
    #expect(sameBits(before.prices.elements[past], data.prices.elements[past]))
    #expect(sameBits(before.returns.elements[past], data.returns.elements[past]))
    let after = data.corrupted(after: 3500, generator: &generator)
    #expect(after.listings == data.listings)
    #expect(after.prices[3501, 3] != data.prices[3501, 3] && after.prices[3501, 3].isFinite)
  }

  /// Covariances, and features of assets and market, are those of the smaller panel until the asset joins;
  /// then those of all.
  @Test func estimatesAreOfTheAssetsThatAreThere() throws {
    let (late, smaller) = try Self.embedded(listing: 1000)
    let whole = try EmbeddedData.fourAssets()
    let builder = FeatureBuilder(
      assetFeatures: [
        .momentum(63), .relativeVolatility(60), .marketCorrelation(60), .skewness(40),
      ],
      marketFeatures: [.meanCorrelation(60), .indicator("BAA")])
    #expect(builder.requiredAssetRows == 63)
    let rows = [500, 1063, 1500]
    let availability = Availability(of: late, at: rows, history: 63)
    let features = try builder.features(of: late, at: rows, among: availability)
    let early = try builder.features(of: smaller, at: [500])
    let later = try builder.features(of: whole, at: [1500])
    #expect(features.asset.allSatisfy { $0.isFinite })
    #expect(features.asset[12..<16].allSatisfy { $0 == 0 })
    #expect(
      sameBits(features.asset[..<12], early.asset) && features.market[..<2] == early.market[...])
    #expect(
      sameBits(features.asset[32...], later.asset) && features.market[4...] == later.market[...])
    for estimator: any CovarianceEstimator in [
      SampleCovariance(window: 60), EWMACovariance(halfLife: 20, window: 60),
      LedoitWolfCovariance(window: 60), OASCovariance(window: 60),
      PrincipalComponentCovariance(factors: 4, window: 60), DenoisedCovariance(window: 60),
    ] {
      let values = covariances(at: rows, of: late, by: estimator, among: availability)
      let three = covariances(at: [500], of: smaller, by: estimator)
      for i in 0..<4 {
        for j in 0..<4 {
          #expect(values[i * 4 + j] == (max(i, j) < 3 ? three[i * 3 + j] : 0), "\(estimator)")
        }
      }
      #expect(
        sameBits(values[16...], covariances(at: [1063, 1500], of: whole, by: estimator)))
    }
  }

  /// An asset that trades but is not in the universe yet is no part of the market either.
  @Test func theMarketIsTheUniverse() throws {
    let (late, smaller) = try Self.embedded(listing: 480)
    let builder = FeatureBuilder(assetFeatures: [.marketCorrelation(60)])
    let rows = [479, 500, 539]
    let availability = Availability(of: late, at: rows, history: 60)
    let own = try builder.features(of: late, at: rows, among: availability).asset
    let other = try builder.features(of: smaller, at: rows).asset
    for d in rows.indices {
      #expect(Array(own[d * 4..<d * 4 + 4]) == Array(other[d * 3..<d * 3 + 3]) + [0])
    }
  }

  /// The moments of features are those of the assets in the universe, which alone are scaled.
  @Test func othersAreNoPartOfTheScale() throws {
    let (late, smaller) = try Self.embedded(listing: 1000)
    let builder = FeatureBuilder(assetFeatures: [.momentum(63), .volatility(20)])
    let rows = Array(stride(from: 100, to: 1400, by: 10))
    let features = try builder.features(
      of: late, at: rows, among: Availability(of: late, at: rows, history: 63))
    let others = try builder.features(of: smaller, at: rows)
    let early = Array(0..<80)
    let scaler = try Standardizer(fitting: features, decisions: early)
    #expect(scaler == (try Standardizer(fitting: others, decisions: early)))
    #expect(scaler != (try Standardizer(fitting: features, decisions: Array(0..<rows.count))))
    let scaled = scaler.standardized(features)
    for d in rows.indices {
      let own = scaled.asset[(d * 4 + 3) * 2..<(d * 4 + 4) * 2]
      #expect(own.allSatisfy { ($0 == 0) == (rows[d] < 1063) })
    }
  }

  @Test func neighboursAreInTheUniverse() throws {
    let late = try Self.embedded(listing: 1000).late
    let selection = NeighbourSelection(
      count: 3, lookback: 40, refresh: 10, generator: SplitMix64(seed: 1))
    let joins = late.listings.map { $0 + 63 }
    let rows = [1045, 1065, 1069, 1070]
    let lists = selection.neighbours(returns: late.returns, decisions: rows, joins: joins)
    func list(_ date: Int) -> [Int32] {
      let first = lists.listOfDate[date] * 16
      return Array(lists.indices[first..<first + 16])
    }
    // It has forty returns on row 1045, but joins on 1063; the refresh after is on row 1070.
    for date in 0..<3 {
      #expect(Array(list(date)[12...]) == [3, -1, -1, -1])
      #expect(!list(date)[..<12].contains(3) && list(date)[..<12].contains(-1))
    }
    #expect(!list(3).contains(-1))
    // Without joins it would be a neighbour as soon as its returns are complete.
    let eager = selection.neighbours(returns: late.returns, decisions: [1045])
    #expect(!eager.indices.contains(-1))
  }

  /// A rule at a point of the smaller panel, and at the point restricted to it.
  @Test func aPointIsRestrictedToItsMembers() throws {
    let (late, smaller) = try Self.embedded(listing: 1000)
    let row = 1030
    let availability = Availability(of: late, at: [row], history: 60)
    let four = covariances(
      at: [row], of: late, by: SampleCovariance(window: 60), among: availability)
    let three = covariances(at: [row], of: smaller, by: SampleCovariance(window: 60))
    let point = DecisionPoint(
      row: row, of: late, covariance: Matrix(rows: 4, columns: 4, elements: four))
    let members = point.members(history: 60)
    #expect(members == [0, 1, 2] && point.assetNames == late.assets)
    let own = point.restricted(to: members, last: 250)
    let other = DecisionPoint(
      row: row, of: smaller, covariance: Matrix(rows: 3, columns: 3, elements: three))
    #expect(own.covariance == other.covariance && own.assetNames == other.assetNames)
    #expect(own.returns(last: 250) == other.returns(last: 250))
    #expect(own.meanExcessReturns(last: 100) == other.meanExcessReturns(last: 100))
    let bounds = try SimplexBounds(count: 4, floor: 0.3, cap: 1.7)
    let fewer = try SimplexBounds(count: 3, floor: 0.3, cap: 1.7)
    #expect(try bounds.restricted(to: members) == fewer)
    let pairs: [(any DecisionRule, any DecisionRule)] = [
      (MinimumVariance(bounds: bounds), MinimumVariance(bounds: fewer)),
      (MaximumDiversification(bounds: bounds), MaximumDiversification(bounds: fewer)),
      (
        TrailingMinimumCVaR(window: 250, bounds: bounds),
        TrailingMinimumCVaR(window: 250, bounds: fewer)
      ),
      (
        MomentumGate(
          TrailingMeanVariance(window: 90, riskAversion: 3, bounds: bounds), window: 200),
        MomentumGate(TrailingMeanVariance(window: 90, riskAversion: 3, bounds: fewer), window: 200)
      ),
      (
        VolatilityTarget(TrailingMaximumSharpe(window: 90, bounds: bounds), target: 0.004),
        VolatilityTarget(TrailingMaximumSharpe(window: 90, bounds: fewer), target: 0.004)
      ),
      (FixedMix([0.2, 0.3, 0.5, 0]), FixedMix([0.2, 0.3, 0.5])),
    ]
    for (rule, expected) in pairs {
      let weights = try rule.restricted(to: members).weights(at: own)
      #expect(try weights == expected.weights(at: other), "\(rule.name)")
    }
    let mix = #expect(throws: AllocationError.self) {
      try FixedMix([0.2, 0.3, 0, 0.5]).restricted(to: members)
    }
    #expect(
      mix?.description
        == "fixed mix: holds 0.5 in asset 3, which has not enough history yet. Start later, or leave the "
        + "asset out.")
  }

  @Test func boundsOfTheirOwnKeepTheirMultiples() throws {
    let bounds = try SimplexBounds(lower: [0.1, 0.2, 0, 0], upper: [0.5, 0.5, 1, 0.2])
    let fewer = try bounds.restricted(to: [0, 1])
    #expect(fewer.lower == [0.2, 0.4] && fewer.upper == [1, 1])
    #expect(throws: SimplexBoundsError.self) { try bounds.restricted(to: [3]) }
  }
}
