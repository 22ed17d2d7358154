internal import Autodiff

/// The features of some decisions, ready for a network: flat, row-major, with their names.
public struct FeatureTensors: Sendable {
  /// The date of each decision; D.
  public let dates: [CalendarDate]
  /// The names of the assets; N.
  public let assets: [String]
  /// The features of each asset; F.
  public let assetNames: [String]
  /// The features of the market; M.
  public let marketNames: [String]
  /// Which assets are in the universe at each decision; nil where all are always.
  public let availability: Availability?
  /// `[D, N, F]`; 0 for assets that are not in the universe.
  public var asset: [Double]
  /// `[D, M]`, NaN where an indicator was not known yet.
  public var market: [Double]

  /// The number of decisions, D.
  public var decisionCount: Int { dates.count }
  /// The number of assets, N.
  public var assetCount: Int { assets.count }
  /// The number of features of an asset, F.
  public var assetFeatureCount: Int { assetNames.count }
  /// The number of features of the market, M.
  public var marketFeatureCount: Int { marketNames.count }

  /// Tensors of their parts; sizes that do not fit stop the program.
  public init(
    dates: [CalendarDate], assets: [String], assetNames: [String], marketNames: [String],
    availability: Availability? = nil, asset: [Double], market: [Double]
  ) {
    check(
      asset.count == dates.count * assets.count * assetNames.count
        && market.count == dates.count * marketNames.count,
      "FeatureTensors: \(asset.count) and \(market.count) numbers for \(dates.count) decisions, "
        + "\(assets.count) assets, \(assetNames.count) and \(marketNames.count) features")
    check(
      availability.map { $0.assets == assets.count && $0.decisions == dates.count } ?? true,
      "FeatureTensors: flags of \(availability?.decisions ?? 0) decisions and "
        + "\(availability?.assets ?? 0) assets for \(dates.count) and \(assets.count)")
    self.dates = dates
    self.assets = assets
    self.assetNames = assetNames
    self.marketNames = marketNames
    self.availability = availability
    self.asset = asset
    self.market = market
  }

  /// Requires a number for every feature at some decisions; throws a ``FeatureError`` with the name and the
  /// date of the first that is missing.
  public func requireDefined(at decisions: some Sequence<Int>) throws {
    for decision in decisions {
      for (names, values, block) in [(assetNames, asset, assetCount), (marketNames, market, 1)] {
        let width = block * names.count
        let own = values[decision * width..<(decision + 1) * width]
        guard let place = own.firstIndex(where: { !$0.isFinite }) else { continue }
        throw FeatureError(
          feature: names[(place - own.startIndex) % names.count],
          problem:
            "is not defined on \(dates[decision]), where it decides: an indicator is missing, or not "
            + "positive under a logarithm; repair the file, or leave the feature out.")
      }
    }
  }
}
