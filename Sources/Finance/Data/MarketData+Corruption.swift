#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

public import Autodiff

extension MarketData {
  /// The same data with everything after a row replaced by strong noise: the leak test's probe.
  ///
  /// Prices and cash levels of later rows become `last · exp(½ z)`, indicators
  /// `last + 10 (1 + |last|) z`, with z standard normal and `last` the value of `row` (0 where an
  /// indicator was not known yet). Rows up to `row` keep every bit, and returns are derived as
  /// always: whatever is computed for a decision on or before `row` must keep every bit, too.
  ///
  /// An asset that is listed after `row` is listed on the row after it, at a price around 100: when it
  /// comes is part of the future.
  public func corrupted(after row: Int, generator: inout SplitMix64) -> MarketData {
    check(dates.indices.contains(row), "corrupted(after: \(row)): rows are 0..<\(dates.count)")
    let later = row + 1..<dates.count
    func noisyLevels(_ levels: [Double], columns: Int) -> [Double] {
      var noisy = levels
      for t in later {
        let z = generator.normals(columns)
        for j in 0..<columns {
          let last = levels[row * columns + j]
          noisy[t * columns + j] = (last.isNaN ? 100 : last) * exp(z[j] / 2)
        }
      }
      return noisy
    }
    let prices = Matrix(
      rows: prices.rows, columns: prices.columns,
      elements: noisyLevels(prices.elements, columns: prices.columns))
    let cashLevels = cashLevels.map { noisyLevels($0, columns: 1) }
    var indicators = indicators
    for t in later {
      let z = generator.normals(indicators.columns)
      for j in z.indices {
        let last = indicators[row, j].isNaN ? 0 : indicators[row, j]
        indicators[t, j] = last + 10 * (1 + abs(last)) * z[j]
      }
    }
    return MarketData(
      dates: dates, assets: assets, prices: prices, cashLevels: cashLevels,
      indicatorNames: indicatorNames, indicators: indicators, notes: notes,
      leftOut: leftOut, report: report)
  }
}
