#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Prices and daily log returns by asset, and the window statistics that features are made of.
///
/// Every statistic is a loop over the rows of its own window: a row's value has the same bits
/// whatever comes after it and wherever the data start. (Running sums would be faster, but carry
/// rounding errors from the first row on.)
struct PriceHistory {
  let rows: Int
  let assets: Int
  /// `[N, R]`.
  private let prices: [Double]
  /// `[N, R]`; `ln(p_t / p_{t−1})`, row 0 is 0, NaN up to a later listing.
  private let logReturns: [Double]
  /// `[N, R]`.
  private let logPrices: [Double]
  private let cash: [Double]?

  /// The lowest volatility that counts, annualised.
  static let volatilityFloor = 1e-4
  static let rowsPerYear = 252.0

  init(_ data: MarketData) {
    let (rows, assets) = (data.prices.rows, data.prices.columns)
    var prices = [Double](repeating: 0, count: rows * assets)
    var logReturns = prices
    for asset in 0..<assets {
      for t in 0..<rows {
        prices[asset * rows + t] = data.prices.elements[t * assets + asset]
        if t > 0 {
          logReturns[asset * rows + t] =
            log(prices[asset * rows + t] / prices[asset * rows + t - 1])
        }
      }
    }
    self.rows = rows
    self.assets = assets
    self.prices = prices
    self.logReturns = logReturns
    logPrices = prices.map { log($0) }
    cash = data.cashLevels
  }

  /// `ln(p_t / p_{t−h})`.
  func logReturn(_ h: Int, asset: Int, row: Int) -> Double {
    log(prices[asset * rows + row] / prices[asset * rows + row - h])
  }

  /// The annualised volatility over the last h daily log returns, at least the floor.
  func volatility(_ h: Int, asset: Int, row: Int) -> Double {
    logReturns.withUnsafeBufferPointer { all in
      let start = asset * rows + row - h + 1
      let window = UnsafeBufferPointer(rebasing: all[start..<start + h])
      let variance = Self.centred(window).sumOfSquares / Double(h - 1)
      return max((variance * Self.rowsPerYear).squareRoot(), Self.volatilityFloor)
    }
  }

  /// The log return over h rows in excess of cash per daily volatility and √h, clipped to ±4.
  func momentum(_ h: Int, asset: Int, row: Int) -> Double {
    let cashReturn = cash.map { log($0[row] / $0[row - h]) } ?? 0
    let excess = logReturn(h, asset: asset, row: row) - cashReturn
    let yearly = volatility(AssetFeature.momentumVolatilityRows, asset: asset, row: row)
    let scale = yearly * (Double(h) / Self.rowsPerYear).squareRoot()
    return min(max(excess / scale, -4), 4)
  }

  /// The log of the price over the highest of the last h + 1 prices.
  func drawdown(_ h: Int, asset: Int, row: Int) -> Double {
    prices.withUnsafeBufferPointer { all in
      let last = asset * rows + row
      var peak = all[last]
      for index in last - h..<last where all[index] > peak { peak = all[index] }
      return log(all[last] / peak)
    }
  }

  /// The average pairwise correlation of the daily log returns of some assets over h rows.
  ///
  /// With z_i the demeaned returns of asset i at unit length, `Σ_{i≠j} ρ_ij = |Σ z_i|² − Σ |z_i|²`:
  /// linear in the number of assets.
  func meanCorrelation(_ h: Int, among assets: [Int], row: Int) -> Double {
    let floor = Self.leastSquares(h)
    var total = [Double](repeating: 0, count: h)
    var varying = 0.0
    logReturns.withUnsafeBufferPointer { all in
      total.withUnsafeMutableBufferPointer { total in
        for asset in assets {
          let start = asset * rows + row - h + 1
          let window = UnsafeBufferPointer(rebasing: all[start..<start + h])
          let (mean, sumOfSquares) = Self.centred(window)
          guard sumOfSquares > floor else { continue }
          varying += 1
          let scale = 1 / sumOfSquares.squareRoot()
          for k in 0..<h { total[k] += (window[k] - mean) * scale }
        }
      }
    }
    let square = total.reduce(0) { $0 + $1 * $1 }
    return (square - varying) / Double(assets.count * (assets.count - 1))
  }

  /// The daily log returns of an asset `[R]`.
  func logReturns(of asset: Int) -> [Double] {
    Array(logReturns[asset * rows..<(asset + 1) * rows])
  }

  /// The average of some assets' daily log returns `[R]`; NaN where one of them is not listed yet.
  func marketLogReturns(among assets: [Int]) -> [Double] {
    (0..<rows).map { row in
      var sum = 0.0
      for asset in assets { sum += logReturns[asset * rows + row] }
      return sum / Double(assets.count)
    }
  }

  /// The skewness of the last h daily log returns.
  func skewness(_ h: Int, asset: Int, row: Int) -> Double {
    logReturns.withUnsafeBufferPointer { all in
      let start = asset * rows + row - h + 1
      let window = UnsafeBufferPointer(rebasing: all[start..<start + h])
      let (mean, squares) = Self.centred(window)
      guard squares > Self.leastSquares(h) else { return 0 }
      var cubes = 0.0
      for value in window {
        let deviation = value - mean
        cubes += deviation * deviation * deviation
      }
      let variance = squares / Double(h)
      return cubes / Double(h) / (variance * variance.squareRoot())
    }
  }

  /// The correlation of the last h daily log returns of an asset with those of a series `[R]`.
  func correlation(_ h: Int, asset: Int, with series: [Double], row: Int) -> Double {
    logReturns.withUnsafeBufferPointer { all in
      series.withUnsafeBufferPointer { series in
        let start = asset * rows + row - h + 1
        let own = UnsafeBufferPointer(rebasing: all[start..<start + h])
        let other = UnsafeBufferPointer(rebasing: series[row - h + 1...row])
        let (mean, squares) = Self.centred(own)
        let (otherMean, otherSquares) = Self.centred(other)
        let least = Self.leastSquares(h)
        guard squares > least, otherSquares > least else { return 0 }
        var products = 0.0
        for k in 0..<h { products += (own[k] - mean) * (other[k] - otherMean) }
        return products / (squares.squareRoot() * otherSquares.squareRoot())
      }
    }
  }

  /// `Σ_k ω_k ln p_{t−k}`.
  func weightedLogPrices(_ weights: [Double], asset: Int, row: Int) -> Double {
    var sum = 0.0
    for k in weights.indices { sum += weights[k] * logPrices[asset * rows + row - k] }
    return sum
  }

  /// The sum of squared deviations of h returns whose volatility is at its floor.
  private static func leastSquares(_ h: Int) -> Double {
    volatilityFloor * volatilityFloor * Double(h - 1) / rowsPerYear
  }

  /// Mean and sum of squared deviations from it, in two passes.
  ///
  /// Four interleaved partial sums hide the latency of additions; their order is fixed.
  private static func centred(
    _ window: UnsafeBufferPointer<Double>
  ) -> (mean: Double, sumOfSquares: Double) {
    let count = window.count
    let blocks = count / 4 * 4
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    for k in stride(from: 0, to: blocks, by: 4) {
      a += window[k]
      b += window[k + 1]
      c += window[k + 2]
      d += window[k + 3]
    }
    for k in blocks..<count { a += window[k] }
    let mean = ((a + b) + (c + d)) / Double(count)
    (a, b, c, d) = (0, 0, 0, 0)
    for k in stride(from: 0, to: blocks, by: 4) {
      let (p, q, r, s) = (
        window[k] - mean, window[k + 1] - mean, window[k + 2] - mean, window[k + 3] - mean
      )
      a += p * p
      b += q * q
      c += r * r
      d += s * s
    }
    for k in blocks..<count { a += (window[k] - mean) * (window[k] - mean) }
    return (mean, (a + b) + (c + d))
  }
}
