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
      asset: assetTensor(history, rows), market: try marketTensor(history, data, rows))
  }

  /// The first row from which on every feature is defined, or nil if there is none.
  ///
  /// Prices are complete, so only indicators that start late move it beyond ``requiredRows``.
  /// Throws ``FeatureError`` for an indicator that the data do not have.
  public func firstCompleteRow(in data: MarketData) throws -> Int? {
    var first = requiredRows
    for feature in marketFeatures {
      guard let (column, lag) = try indicator(of: feature, in: data) else { continue }
      let lastMissing = (0..<data.dates.count).last { data.indicators[$0, column].isNaN } ?? -1
      first = max(first, lastMissing + 1 + lag)
    }
    return first < data.dates.count ? first : nil
  }

  private func assetTensor(_ history: PriceHistory, _ rows: [Int]) -> [Double] {
    let (assets, count) = (history.assets, assetFeatures.count)
    var tensor = [Double](repeating: 0, count: rows.count * assets * count)
    for (f, feature) in assetFeatures.enumerated() {
      for (d, row) in rows.enumerated() {
        let start = d * assets * count + f
        for asset in 0..<assets {
          tensor[start + asset * count] = Self.value(feature, history, asset: asset, row: row)
        }
        if case .relativeVolatility = feature {
          var sum = 0.0
          for asset in 0..<assets { sum += tensor[start + asset * count] }
          for asset in 0..<assets { tensor[start + asset * count] -= sum / Double(assets) }
        }
      }
    }
    return tensor
  }

  private static func value(
    _ feature: AssetFeature, _ history: PriceHistory, asset: Int, row: Int
  ) -> Double {
    switch feature {
    case .logReturn(let h): history.logReturn(h, asset: asset, row: row)
    case .volatility(let h), .relativeVolatility(let h):
      log(history.volatility(h, asset: asset, row: row))
    case .momentum(let h): history.momentum(h, asset: asset, row: row)
    case .drawdown(let h): history.drawdown(h, asset: asset, row: row)
    case .volatilityRatio(let a, let b):
      log(
        history.volatility(a, asset: asset, row: row)
          / history.volatility(b, asset: asset, row: row))
    }
  }

  private func marketTensor(
    _ history: PriceHistory, _ data: MarketData, _ rows: [Int]
  ) throws -> [Double] {
    let count = marketFeatures.count
    var tensor = [Double](repeating: 0, count: rows.count * count)
    for (m, feature) in marketFeatures.enumerated() {
      if let (column, lag) = try indicator(of: feature, in: data) {
        for (d, row) in rows.enumerated() {
          if case .indicatorMean = feature {
            var sum = 0.0
            for t in row - lag...row { sum += data.indicators[t, column] }
            tensor[d * count + m] = sum / Double(lag + 1)
            continue
          }
          let now = data.indicators[row, column]
          tensor[d * count + m] = lag == 0 ? now : now - data.indicators[row - lag, column]
        }
      } else if case .meanCorrelation(let h) = feature {
        guard history.assets >= 2 else {
          throw FeatureError(
            feature: feature.description, problem: "a correlation needs at least two assets.")
        }
        for (d, row) in rows.enumerated() {
          tensor[d * count + m] = history.meanCorrelation(h, row: row)
        }
      }
    }
    return tensor
  }

  /// The column that a feature reads and the rows it looks back; nil if it reads no indicator.
  private func indicator(
    of feature: MarketFeature, in data: MarketData
  ) throws -> (column: Int, lag: Int)? {
    let (name, lag): (String, Int)
    switch feature {
    case .indicator(let indicator): (name, lag) = (indicator, 0)
    case .indicatorChange(let indicator, let h): (name, lag) = (indicator, h)
    case .indicatorMean(let indicator, let h): (name, lag) = (indicator, h - 1)
    case .meanCorrelation: return nil
    }
    guard let column = data.indicatorNames.firstIndex(of: name) else {
      let known = data.indicatorNames
      throw FeatureError(
        feature: feature.description,
        problem: "no indicator '\(name)'\(Spelling.sentenceEnd(for: name, among: known)) "
          + (known.isEmpty
            ? "The data have no indicators." : "Indicators: \(known.joined(separator: ", "))."))
    }
    return (column, lag)
  }
}
