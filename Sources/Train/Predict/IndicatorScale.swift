internal import Finance

/// Whether indicators are in the unit that a network was trained with.
enum IndicatorScale {
  /// Rows that say enough about an indicator's spread.
  private static let requiredRows = 250

  /// Refuses an indicator that lies or moves in another order of magnitude than in training: per cent for
  /// fractions, basis points for per cent.
  ///
  /// Compared are the level with the mean in training, in its standard deviations, and, where the data are
  /// long enough, the spreads.
  static func requireSimilar(
    _ scaler: Standardizer, _ features: [MarketFeature], _ data: MarketData, source: String
  ) throws {
    for (m, feature) in features.enumerated() {
      guard case .indicator(let name) = feature, scaler.marketScales[m] > 0,
        let column = data.indicatorNames.firstIndex(of: name)
      else { continue }
      let known = data.indicators.column(column).filter(\.isFinite)
      guard let last = known.last else { continue }
      let (mean, scale) = (scaler.marketMeans[m], scaler.marketScales[m])
      let distance = ((last - mean) / scale).magnitude
      let ratio =
        known.count >= requiredRows ? Measures.standardDeviation(known) / scale : 1
      guard distance < 20, ratio > 0.04, ratio < 25 else {
        throw ExperimentError(
          """
          \(source), column '\(name)': the last value is \(last) and values vary by \
          \(Measures.standardDeviation(known)), in training the mean was \(mean) and they varied by \
          \(scale); is the column in another unit, or another indicator?
          """)
      }
    }
  }
}
