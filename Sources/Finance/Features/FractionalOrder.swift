#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// The order of a fractional difference: a number, or the smallest that makes a series stationary.
public enum FractionalOrder: Sendable, Hashable, CustomStringConvertible {
  /// d in (0, 2].
  case fixed(Double)
  /// To be found in training data.
  case smallestStationary

  /// Parses a number, or `adf`.
  public init?(_ text: String) {
    if text == "adf" {
      self = .smallestStationary
      return
    }
    guard let order = Double(text), order > 0, order <= 2 else { return nil }
    self = .fixed(order)
  }

  /// The text that ``init(_:)`` reads back.
  public var description: String {
    switch self {
    case .fixed(let order): "\(order)"
    case .smallestStationary: "adf"
    }
  }

  /// `ω_0 = 1`, `ω_k = −ω_{k−1} (d − k + 1)/k` for k = 0 … K.
  public static func weights(order d: Double, width: Int) -> [Double] {
    var weights = [1.0]
    for k in stride(from: 1, through: width, by: 1) {
      weights.append(-weights[k - 1] * (d - Double(k) + 1) / Double(k))
    }
    return weights
  }

  /// The steps in which orders are tried.
  static let step = 0.05

  /// The smallest order of 0.05, 0.1, … 1 with which the differenced log prices of every asset pass
  /// the augmented Dickey–Fuller test at 5 %, on some rows alone; 1 if none does.
  ///
  /// Needs 30 rows more than the width; an asset that is listed too late to have them does not count.
  /// Rows must be training rows: what a later price would say does not matter.
  public static func smallest(of data: MarketData, rows: Range<Int>, width: Int) -> Double {
    check(
      rows.lowerBound >= 0 && rows.upperBound <= data.dates.count && rows.count >= width + 30,
      "FractionalOrder: rows \(rows) for width \(width); expected at least \(width + 30)")
    let logs = data.assets.indices.compactMap { asset -> [Double]? in
      let own = rows.clamped(to: data.listings[asset]..<data.dates.count)
      return own.count >= width + 30 ? own.map { log(data.prices[$0, asset]) } : nil
    }
    for number in 1..<20 {
      let order = step * Double(number)
      let weights = weights(order: order, width: width)
      let isStationary = logs.allSatisfy { series in
        AugmentedDickeyFuller(difference(series, weights), lags: 1).isStationary
      }
      if isStationary { return order }
    }
    return 1
  }

  /// `Σ_k ω_k x_{t−k}` for every t with as many predecessors.
  static func difference(_ series: [Double], _ weights: [Double]) -> [Double] {
    guard series.count >= weights.count else { return [] }
    return (weights.count - 1..<series.count).map { t in
      var sum = 0.0
      for k in weights.indices { sum += weights[k] * series[t - k] }
      return sum
    }
  }
}
