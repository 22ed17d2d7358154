internal import Autodiff

/// Brings features to mean 0 and standard deviation 1, as measured on training decisions alone.
///
/// `x ← clip((x − mean) / scale, ±c)`, with scale the standard deviation (divisor n). Asset features
/// pool their decisions and the assets in the universe at each; of others they stay 0. A feature that does not vary in training has scale 0 and
/// becomes 0; NaN stays NaN.
public struct Standardizer: Sendable, Hashable {
  /// The mean of each asset feature `[F]`.
  public let assetMeans: [Double]
  /// The standard deviation of each asset feature `[F]`, 0 for one that does not vary.
  public let assetScales: [Double]
  /// The mean of each market feature `[M]`.
  public let marketMeans: [Double]
  /// The standard deviation of each market feature `[M]`, 0 for one that does not vary.
  public let marketScales: [Double]
  /// The largest magnitude after scaling, in standard deviations.
  public let clip: Double

  /// A standardizer of its parts, as a checkpoint holds them.
  public init(
    assetMeans: [Double], assetScales: [Double], marketMeans: [Double], marketScales: [Double],
    clip: Double
  ) {
    check(
      assetMeans.count == assetScales.count && marketMeans.count == marketScales.count,
      "Standardizer: \(assetMeans.count) and \(marketMeans.count) means, "
        + "\(assetScales.count) and \(marketScales.count) scales")
    check(clip > 0, "Standardizer: clip \(clip); expected > 0")
    self.assetMeans = assetMeans
    self.assetScales = assetScales
    self.marketMeans = marketMeans
    self.marketScales = marketScales
    self.clip = clip
  }

  /// Measures means and scales on the given decisions (positions on the first axis).
  ///
  /// Throws ``FeatureError`` if a feature is missing on one of them, naming feature and date.
  public init(fitting features: FeatureTensors, decisions: [Int], clip: Double = 3) throws {
    check(!decisions.isEmpty, "Standardizer: no training decisions")
    let asset = try Self.moments(
      of: features.asset, names: features.assetNames, block: features.assetCount,
      decisions: decisions, dates: features.dates, among: features.availability)
    let market = try Self.moments(
      of: features.market, names: features.marketNames, block: 1,
      decisions: decisions, dates: features.dates)
    self.init(
      assetMeans: asset.means, assetScales: asset.scales,
      marketMeans: market.means, marketScales: market.scales, clip: clip)
  }

  /// The features standardised; shapes and names stay.
  public func standardized(_ features: FeatureTensors) -> FeatureTensors {
    check(
      features.assetFeatureCount == assetMeans.count
        && features.marketFeatureCount == marketMeans.count,
      "Standardizer: fitted on \(assetMeans.count) and \(marketMeans.count) features, given "
        + "\(features.assetFeatureCount) and \(features.marketFeatureCount)")
    var result = features
    scale(&result.asset, means: assetMeans, scales: assetScales)
    scale(&result.market, means: marketMeans, scales: marketScales)
    if let flags = features.availability?.flags {
      let count = assetMeans.count
      for (lane, isAvailable) in flags.enumerated() where !isAvailable {
        for index in lane * count..<(lane + 1) * count { result.asset[index] = 0 }
      }
    }
    return result
  }

  private func scale(_ values: inout [Double], means: [Double], scales: [Double]) {
    let count = means.count
    values.withUnsafeMutableBufferPointer { values in
      for f in 0..<count {
        for index in stride(from: f, to: values.count, by: count) where !values[index].isNaN {
          let scaled = scales[f] > 0 ? (values[index] - means[f]) / scales[f] : 0
          values[index] = min(max(scaled, -clip), clip)
        }
      }
    }
  }

  private static func moments(
    of values: [Double], names: [String], block: Int, decisions: [Int], dates: [CalendarDate],
    among availability: Availability? = nil
  ) throws -> (means: [Double], scales: [Double]) {
    var means: [Double] = []
    var scales: [Double] = []
    func counts(_ decision: Int, _ item: Int) -> Bool { availability?[decision, item] ?? true }
    let n = Double(
      decisions.reduce(0) { sum, decision in
        sum + (availability?.members(at: decision).count ?? block)
      })
    for (f, name) in names.enumerated() {
      var sum = 0.0
      for decision in decisions {
        for item in 0..<block where counts(decision, item) {
          let value = values[(decision * block + item) * names.count + f]
          guard value.isFinite else {
            throw FeatureError(
              feature: name,
              problem:
                "is not defined on \(dates[decision]), in the training period; start later, or "
                + "leave the feature out.")
          }
          sum += value
        }
      }
      let mean = sum / n
      var squares = 0.0
      for decision in decisions {
        for item in 0..<block where counts(decision, item) {
          let deviation = values[(decision * block + item) * names.count + f] - mean
          squares += deviation * deviation
        }
      }
      let scale = (squares / n).squareRoot()
      means.append(mean)
      // A constant differs from its computed mean by rounding alone.
      scales.append(scale > 1e-12 * abs(mean) ? scale : 0)
    }
    return (means, scales)
  }
}
