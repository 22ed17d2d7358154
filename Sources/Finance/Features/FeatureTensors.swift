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
  /// `[D, N, F]`.
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
    asset: [Double], market: [Double]
  ) {
    check(
      asset.count == dates.count * assets.count * assetNames.count
        && market.count == dates.count * marketNames.count,
      "FeatureTensors: \(asset.count) and \(market.count) numbers for \(dates.count) decisions, "
        + "\(assets.count) assets, \(assetNames.count) and \(marketNames.count) features")
    self.dates = dates
    self.assets = assets
    self.assetNames = assetNames
    self.marketNames = marketNames
    self.asset = asset
    self.market = market
  }
}
