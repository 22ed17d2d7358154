internal import Finance

/// What a model is built for: the names, and so the sizes, of what it reads and decides.
struct ModelInputs: Sendable {
  private(set) var assets: [String]
  /// Features of each asset.
  let assetFeatures: [String]
  /// Features of the market.
  let marketFeatures: [String]
  /// The scope of the parameters that are of these assets alone; nil for those of the experiment.
  private(set) var scope: String?

  init(_ features: FeatureTensors) {
    assets = features.assets
    assetFeatures = features.assetNames
    marketFeatures = features.marketNames
  }

  /// The same features of the assets of a pooled universe.
  func pooled(_ universe: PoolSettings) -> ModelInputs {
    var result = self
    result.assets = universe.data.assets
    result.scope = universe.scope
    return result
  }

  /// The variables that a network of each kind reads, in order.
  func variables(_ scorer: ModelSettings.Scorer) -> [String] {
    switch scorer {
    case .shared: assetFeatures + marketFeatures
    case .joint:
      assets.flatMap { asset in assetFeatures.map { "\(asset) \($0)" } } + marketFeatures
    }
  }
}
