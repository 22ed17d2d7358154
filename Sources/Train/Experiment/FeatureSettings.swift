internal import Finance

/// What the network sees.
struct FeatureSettings: Sendable {
  var asset: [AssetFeature]
  var market: [MarketFeature]
  /// Standardised features are clipped at ± this many standard deviations.
  var clip: Double

  init(_ reader: ConfigReader) {
    let assetTexts = reader.about(
      "features of each asset: \(AssetFeature.forms.joined(separator: ", "))"
    )
    .strings("asset", default: Self.defaultAsset)
    let marketTexts = reader.about(
      "features of the market: \(MarketFeature.forms.joined(separator: ", "))"
    )
    .strings("market", default: [])
    clip = reader.about("standardised features are clipped at so many standard deviations")
      .double("clip", default: 3, in: .above(0, upTo: 1000))
    asset = []
    market = []
    for text in assetTexts {
      do { asset.append(try AssetFeature(text)) } catch { reader.report("asset", "\(error)") }
    }
    for text in marketTexts {
      do { market.append(try MarketFeature(text)) } catch { reader.report("market", "\(error)") }
    }
  }

  /// The indicators that the market features read, in order of first use.
  var indicatorNames: [String] {
    var names: [String] = []
    for name in market.flatMap(\.indicators) where !names.contains(name) { names.append(name) }
    return names
  }

  private static let defaultAsset = [
    "momentum(21)", "momentum(63)", "momentum(126)", "momentum(252)", "volatilityRatio(20,250)",
  ]
}
