internal import Autodiff

extension Measures {
  /// A measure of the last `window` values at each position, NaN until there are as many.
  ///
  /// Position t sees values `t − window + 1 … t`.
  public static func rolling(
    _ values: [Double], window: Int, _ measure: ([Double]) -> Double
  ) -> [Double] {
    check(window >= 1, "rolling: a window of \(window) values")
    return values.indices.map { t in
      t + 1 < window ? .nan : measure(Array(values[t + 1 - window...t]))
    }
  }

  /// The median; NaN of nothing.
  public static func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

  /// The quantile of a sample, by linear interpolation between order statistics; NaN of nothing.
  ///
  /// With n sorted values the p-quantile lies at position `p (n − 1)`.
  ///
  /// - Source: Hyndman & Fan (1996), *Sample Quantiles in Statistical Packages*, definition 7.
  public static func quantile(_ values: [Double], _ probability: Double) -> Double {
    check(
      probability >= 0 && probability <= 1, "quantile: probability \(probability) outside 0…1")
    let sorted = values.sorted()
    guard let last = sorted.last else { return .nan }
    let position = probability * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count else { return last }
    return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
  }
}
