import Finance

/// The market data of the repository, found from this file's place in it.
enum EmbeddedData {
  static let folder: String = {
    let here = #filePath
    let parts = here.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
    return parts.joined(separator: "/") + "/Experiments/Data/us/"
  }()

  static func prices() throws -> Panel { try CSVPanelReader.read(folder + "prices.csv") }
  static func indicators() throws -> Panel { try CSVPanelReader.read(folder + "indicators.csv") }

  /// Four assets, cash and all indicators.
  static func fourAssets() throws -> MarketData {
    try MarketData(
      prices: prices(), assets: ["SP500", "UST10Y", "GOLD", "WTI"], cash: "CASH",
      indicators: IndicatorSelection(panel: indicators()))
  }
}

/// Equality of every bit, NaN included.
func sameBits(_ lhs: some Sequence<Double>, _ rhs: some Sequence<Double>) -> Bool {
  lhs.map(\.bitPattern) == rhs.map(\.bitPattern)
}

/// The largest difference of two series, relative to the larger magnitude or to `floor`.
func relativeError(_ lhs: [Double], _ rhs: [Double], floor: Double = 1e-300) -> Double {
  guard lhs.count == rhs.count else { return .infinity }
  return zip(lhs, rhs).map { abs($0 - $1) / max(abs($0), abs($1), floor) }.max() ?? 0
}
