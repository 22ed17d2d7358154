internal import Finance

/// What a model is built for: the names, and so the sizes, of what it reads and decides.
struct ModelInputs: Sendable {
  let assets: [String]
  /// Features of each asset.
  let assetFeatures: [String]
  /// Features of the market.
  let marketFeatures: [String]

  init(_ features: FeatureTensors) {
    assets = features.assets
    assetFeatures = features.assetNames
    marketFeatures = features.marketNames
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
