internal import Autodiff

/// How volatile the market is: an implied or realised volatility beside its own past.
///
/// - Units: volatility in percent per year, as volatility indices are quoted.
public struct VolatilityGauge: Sendable, Hashable {
  /// Where the volatility comes from.
  public enum Source: Sendable, Hashable {
    /// An indicator of the data: a volatility index.
    case indicator(String)
    /// The realised volatility of an asset over some rows, for data without an index.
    case realised(asset: Int, window: Int)
  }

  /// Where the volatility comes from.
  public let source: Source
  /// The rows of the past it is compared with, its own included.
  public let window: Int
  /// The ranks that divide low from medium and medium from high.
  public let quantiles: ClosedRange<Double>
  /// The rows in a year.
  public let rowsPerYear: Double

  /// The fewest rows that a value is compared with.
  public static let minimumRows = 252

  /// A gauge.
  public init(
    _ source: Source, window: Int = 1260, quantiles: ClosedRange<Double> = 1.0 / 3...2.0 / 3,
    rowsPerYear: Double = 252
  ) {
    check(
      window >= Self.minimumRows && quantiles.lowerBound > 0 && quantiles.upperBound < 1,
      "VolatilityGauge: window \(window), quantiles \(quantiles)")
    self.source = source
    self.window = window
    self.quantiles = quantiles
    self.rowsPerYear = rowsPerYear
  }

  /// The rank of every row's volatility among its window, in [0, 1], and its distance to the window's
  /// mean in points; NaN where there is too little history.
  ///
  /// Throws a ``DualLayerError`` for an indicator that the data do not have.
  public func path(
    of data: MarketData
  ) throws(DualLayerError) -> (ranks: [Double], distances: [Double]) {
    let levels = try levels(of: data)
    var ranks = [Double](repeating: .nan, count: levels.count)
    var distances = ranks
    let first = levels.firstIndex { !$0.isNaN } ?? levels.count
    for t in levels.indices where t - first + 1 >= Self.minimumRows {
      let past = max(first, t - window + 1)...t
      var (below, equal, sum) = (0, 0, 0.0)
      for s in past {
        below += levels[s] < levels[t] ? 1 : 0
        equal += levels[s] == levels[t] ? 1 : 0
        sum += levels[s]
      }
      ranks[t] = (Double(below) + 0.5 * Double(equal)) / Double(past.count)
      distances[t] = levels[t] - sum / Double(past.count)
    }
    return (ranks, distances)
  }

  private func levels(of data: MarketData) throws(DualLayerError) -> [Double] {
    switch source {
    case .indicator(let name):
      guard let index = data.indicatorNames.firstIndex(of: name) else {
        throw .unknownIndicator(name, known: data.indicatorNames)
      }
      return data.indicators.column(index)
    case .realised(let asset, let rows):
      var result = [Double](repeating: .nan, count: data.dates.count)
      for t in result.indices where t - rows >= data.firstReturnRow - 1 {
        let returns = (t - rows + 1...t).map { data.returns[$0, asset] }
        result[t] = 100 * Measures.standardDeviation(returns) * rowsPerYear.squareRoot()
      }
      return result
    }
  }
}
