#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// Computes features at the rows of decisions, from those rows and earlier ones only.
public struct FeatureBuilder: Sendable, Hashable {
  /// The features of each asset, in the order of the last axis of the tensor.
  public let assetFeatures: [AssetFeature]
  /// The features of the market, in order.
  public let marketFeatures: [MarketFeature]

  /// A builder of the given features.
  public init(assetFeatures: [AssetFeature], marketFeatures: [MarketFeature] = []) {
    self.assetFeatures = assetFeatures
    self.marketFeatures = marketFeatures
  }

  /// The rows of history that the most demanding feature needs: the first row that can decide, as
  /// far as prices go (see ``firstCompleteRow(in:)``).
  public var requiredRows: Int {
    max(
      assetFeatures.map(\.requiredRows).max() ?? 0, marketFeatures.map(\.requiredRows).max() ?? 0)
  }

  /// The rows of history that an asset needs to be in the universe: those of the most demanding feature
  /// that reads its prices.
  public var requiredAssetRows: Int {
    max(
      assetFeatures.map(\.requiredRows).max() ?? 0,
      marketFeatures.filter(\.readsPrices).map(\.requiredRows).max() ?? 0)
  }

  /// The features at some rows: `[D, N, F]` and `[D, M]`.
  ///
  /// Where assets are listed late, `availability` says which are in the universe at each row, with a
  /// history of ``requiredAssetRows`` at least: the features of others are 0, and means over the assets
  /// and correlations between them are of those in it. Without it all are.
  ///
  /// Rows before ``requiredRows`` or beyond the data stop the program. Throws ``FeatureError`` for
  /// an indicator that the data do not have.
  public func features(
    of data: MarketData, at rows: [Int], among availability: Availability? = nil
  ) throws -> FeatureTensors {
    check(
      availability != nil || data.isComplete,
      "features: assets are listed late; expected to know which are available")
    check(
      availability.map { $0.assets == data.assets.count && $0.decisions == rows.count } ?? true,
      "features: \(availability?.decisions ?? 0) × \(availability?.assets ?? 0) flags for "
        + "\(rows.count) rows of \(data.assets.count) assets")
    for (d, row) in rows.enumerated() {
      for asset in availability?.members(at: d) ?? [] {
        check(
          row >= data.listings[asset] + requiredAssetRows,
          "features: \(data.assets[asset]) is available at row \(row), "
            + "\(row - data.listings[asset]) rows after its listing; expected \(requiredAssetRows)")
      }
    }
    for row in rows {
      check(
        row >= requiredRows && row < data.dates.count,
        "features: row \(row); expected \(requiredRows)..<\(data.dates.count)")
    }
    let history = PriceHistory(data)
    let universes = Universes(availability, assets: data.assets.count)
    return FeatureTensors(
      dates: rows.map { data.dates[$0] }, assets: data.assets,
      assetNames: assetFeatures.map(\.description), marketNames: marketFeatures.map(\.description),
      availability: availability, asset: try assetTensor(history, data, rows, universes),
      market: try marketTensor(history, data, rows, universes))
  }

  /// The first row from which on every feature is defined, or nil if there is none.
  ///
  /// Prices are complete, so only indicators that start late move it beyond ``requiredRows``.
  /// Throws ``FeatureError`` for an indicator that the data do not have.
  public func firstCompleteRow(in data: MarketData) throws -> Int? {
    var first = requiredRows
    for feature in marketFeatures {
      for column in try columns(of: feature, in: data) {
        let lastMissing = (0..<data.dates.count).last { data.indicators[$0, column].isNaN } ?? -1
        first = max(first, lastMissing + 1 + feature.requiredRows)
      }
    }
    return first < data.dates.count ? first : nil
  }

  /// The assets in the universe at each decision.
  private struct Universes {
    private let all: [Int]
    private let availability: Availability?

    init(_ availability: Availability?, assets: Int) {
      self.availability = availability
      all = Array(0..<assets)
    }

    subscript(_ decision: Int) -> [Int] { availability?.members(at: decision) ?? all }
  }

  private func assetTensor(
    _ history: PriceHistory, _ data: MarketData, _ rows: [Int], _ universes: Universes
  ) throws -> [Double] {
    let (assets, count) = (history.assets, assetFeatures.count)
    var tensor = [Double](repeating: 0, count: rows.count * assets * count)
    for (f, feature) in assetFeatures.enumerated() {
      let value = try value(of: feature, history, data)
      for (d, row) in rows.enumerated() {
        let start = d * assets * count + f
        let members = universes[d]
        for asset in members { tensor[start + asset * count] = value(asset, row, members) }
        if case .relativeVolatility = feature {
          var sum = 0.0
          for asset in members { sum += tensor[start + asset * count] }
          for asset in members { tensor[start + asset * count] -= sum / Double(members.count) }
        }
      }
    }
    return tensor
  }

  /// How a feature is computed for an asset and row, beside the members of its universe.
  private func value(
    of feature: AssetFeature, _ history: PriceHistory, _ data: MarketData
  ) throws -> (_ asset: Int, _ row: Int, _ members: [Int]) -> Double {
    switch feature {
    case .logReturn(let h): return { asset, row, _ in history.logReturn(h, asset: asset, row: row) }
    case .volatility(let h), .relativeVolatility(let h):
      return { asset, row, _ in log(history.volatility(h, asset: asset, row: row)) }
    case .momentum(let h): return { asset, row, _ in history.momentum(h, asset: asset, row: row) }
    case .drawdown(let h): return { asset, row, _ in history.drawdown(h, asset: asset, row: row) }
    case .volatilityRatio(let a, let b):
      return { asset, row, _ in
        log(
          history.volatility(a, asset: asset, row: row)
            / history.volatility(b, asset: asset, row: row))
      }
    case .skewness(let h): return { asset, row, _ in history.skewness(h, asset: asset, row: row) }
    case .marketCorrelation(let h):
      var market: (members: [Int], returns: [Double]) = ([], [])
      return { asset, row, members in
        if market.members != members {
          market = (members, history.marketLogReturns(among: members))
        }
        return history.correlation(h, asset: asset, with: market.returns, row: row)
      }
    case .correlation(let name, let h):
      guard let other = data.assets.firstIndex(of: name) else {
        throw FeatureError(
          feature: feature.description,
          problem: "no asset '\(name)'\(Spelling.sentenceEnd(for: name, among: data.assets)) "
            + "Assets: \(data.assets.joined(separator: ", ")).")
      }
      let market = history.logReturns(of: other)
      return { asset, row, _ in history.correlation(h, asset: asset, with: market, row: row) }
    case .fractionalDifference(.fixed(let order), let width):
      let weights = FractionalOrder.weights(order: order, width: width)
      return { asset, row, _ in history.weightedLogPrices(weights, asset: asset, row: row) }
    case .fractionalDifference(.smallestStationary, _):
      throw FeatureError(
        feature: feature.description,
        problem: "the order is to be found in training data first; give a number.")
    }
  }

  private func marketTensor(
    _ history: PriceHistory, _ data: MarketData, _ rows: [Int], _ universes: Universes
  ) throws -> [Double] {
    let count = marketFeatures.count
    var tensor = [Double](repeating: 0, count: rows.count * count)
    for (m, feature) in marketFeatures.enumerated() {
      let columns = try columns(of: feature, in: data)
      func known(_ row: Int, _ position: Int = 0) -> Double {
        data.indicators[row, columns[position]]
      }
      let value: (Int) -> Double
      switch feature {
      case .indicator: value = { known($0) }
      case .indicatorChange(_, let h): value = { known($0) - known($0 - h) }
      case .indicatorMean(_, let h):
        value = { row in
          var sum = 0.0
          for t in row - h + 1...row { sum += known(t) }
          return sum / Double(h)
        }
      case .meanCorrelation(let h):
        guard history.assets >= 2 else {
          throw FeatureError(
            feature: feature.description, problem: "a correlation needs at least two assets.")
        }
        for (d, row) in rows.enumerated() {
          tensor[d * count + m] = history.meanCorrelation(h, among: universes[d], row: row)
        }
        continue
      case .zScore(_, let h):
        value = { row in Self.zScore((row - h + 1...row).map { known($0) }) }
      case .spread: value = { known($0) - known($0, 1) }
      case .curvature: value = { 2 * known($0, 1) - known($0) - known($0, 2) }
      case .logRatio:
        value = { row in
          let (x, y) = (known(row), known(row, 1))
          return x > 0 && y > 0 ? log(x / y) : .nan
        }
      case .calendar(let position): value = { position.value(data.dates[$0]) }
      }
      for (d, row) in rows.enumerated() { tensor[d * count + m] = value(row) }
    }
    return tensor
  }

  /// The standard score of the last of some numbers among them, clipped to ±4.
  private static func zScore(_ window: [Double]) -> Double {
    let last = window[window.count - 1]
    guard !window.contains(where: \.isNaN) else { return .nan }
    // A mean of equal numbers differs from them by rounding alone.
    guard window.contains(where: { $0 != last }) else { return 0 }
    let score = (last - Measures.mean(window)) / Measures.standardDeviation(window)
    return min(max(score, -4), 4)
  }

  /// The columns of indicators that a feature reads.
  private func columns(of feature: MarketFeature, in data: MarketData) throws -> [Int] {
    try feature.indicators.map { name in
      guard let column = data.indicatorNames.firstIndex(of: name) else {
        let known = data.indicatorNames
        throw FeatureError(
          feature: feature.description,
          problem: "no indicator '\(name)'\(Spelling.sentenceEnd(for: name, among: known)) "
            + (known.isEmpty
              ? "The data have no indicators." : "Indicators: \(known.joined(separator: ", "))."))
      }
      return column
    }
  }
}
