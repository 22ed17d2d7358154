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

  /// The features at some rows: `[D, N, F]` and `[D, M]`.
  ///
  /// Rows before ``requiredRows`` or beyond the data stop the program. Throws ``FeatureError`` for
  /// an indicator that the data do not have.
  public func features(of data: MarketData, at rows: [Int]) throws -> FeatureTensors {
    for row in rows {
      check(
        row >= requiredRows && row < data.dates.count,
        "features: row \(row); expected \(requiredRows)..<\(data.dates.count)")
    }
    let history = PriceHistory(data)
    return FeatureTensors(
      dates: rows.map { data.dates[$0] }, assets: data.assets,
      assetNames: assetFeatures.map(\.description), marketNames: marketFeatures.map(\.description),
      asset: try assetTensor(history, data, rows), market: try marketTensor(history, data, rows))
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

  private func assetTensor(
    _ history: PriceHistory, _ data: MarketData, _ rows: [Int]
  ) throws -> [Double] {
    let (assets, count) = (history.assets, assetFeatures.count)
    var tensor = [Double](repeating: 0, count: rows.count * assets * count)
    for (f, feature) in assetFeatures.enumerated() {
      let value = try value(of: feature, history, data)
      for (d, row) in rows.enumerated() {
        let start = d * assets * count + f
        for asset in 0..<assets { tensor[start + asset * count] = value(asset, row) }
        if case .relativeVolatility = feature {
          var sum = 0.0
          for asset in 0..<assets { sum += tensor[start + asset * count] }
          for asset in 0..<assets { tensor[start + asset * count] -= sum / Double(assets) }
        }
      }
    }
    return tensor
  }

  /// How a feature is computed for an asset and row.
  private func value(
    of feature: AssetFeature, _ history: PriceHistory, _ data: MarketData
  ) throws -> (_ asset: Int, _ row: Int) -> Double {
    switch feature {
    case .logReturn(let h): return { history.logReturn(h, asset: $0, row: $1) }
    case .volatility(let h), .relativeVolatility(let h):
      return { log(history.volatility(h, asset: $0, row: $1)) }
    case .momentum(let h): return { history.momentum(h, asset: $0, row: $1) }
    case .drawdown(let h): return { history.drawdown(h, asset: $0, row: $1) }
    case .volatilityRatio(let a, let b):
      return {
        log(history.volatility(a, asset: $0, row: $1) / history.volatility(b, asset: $0, row: $1))
      }
    case .skewness(let h): return { history.skewness(h, asset: $0, row: $1) }
    case .marketCorrelation(let h):
      let market = history.marketLogReturns()
      return { history.correlation(h, asset: $0, with: market, row: $1) }
    case .correlation(let name, let h):
      guard let other = data.assets.firstIndex(of: name) else {
        throw FeatureError(
          feature: feature.description,
          problem: "no asset '\(name)'\(Spelling.sentenceEnd(for: name, among: data.assets)) "
            + "Assets: \(data.assets.joined(separator: ", ")).")
      }
      let market = history.logReturns(of: other)
      return { history.correlation(h, asset: $0, with: market, row: $1) }
    case .fractionalDifference(.fixed(let order), let width):
      let weights = FractionalOrder.weights(order: order, width: width)
      return { history.weightedLogPrices(weights, asset: $0, row: $1) }
    case .fractionalDifference(.smallestStationary, _):
      throw FeatureError(
        feature: feature.description,
        problem: "the order is to be found in training data first; give a number.")
    }
  }

  private func marketTensor(
    _ history: PriceHistory, _ data: MarketData, _ rows: [Int]
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
        value = { history.meanCorrelation(h, row: $0) }
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
