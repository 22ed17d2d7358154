#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// The vertical scale of a chart: a domain with ticks at round numbers.
struct ValueScale {
  let lower: Double
  let upper: Double
  let ticks: [Double]
  let isLogarithmic: Bool

  /// A linear scale over the range, with about `count` ticks.
  ///
  /// With `padding` the domain reaches a little beyond both ends; an end in `pinned` stays put.
  init(
    linear range: ClosedRange<Double>, count: Int = 5, padding: Double = 0.04,
    pinned: Set<Double> = []
  ) {
    var (low, high) = (range.lowerBound, range.upperBound)
    if low == high {
      // A constant: a domain around it that is wide enough to have ticks.
      let margin = low == 0 ? 1 : abs(low) * 0.1
      if !pinned.contains(low) || low < 0 { low -= margin }
      if !pinned.contains(high) || high > 0 || low == high { high += margin }
    }
    let margin = (high - low) * padding
    if !pinned.contains(low) { low -= margin }
    if !pinned.contains(high) { high += margin }
    (lower, upper) = (low, high)
    ticks = Self.linearTicks(low, high, count: count)
    isLogarithmic = false
  }

  /// A logarithmic scale over a positive range, with ticks at 1, 2 and 5 times powers of ten.
  init(logarithmic range: ClosedRange<Double>) {
    let span = max(log(range.upperBound / range.lowerBound), 0.02)
    lower = range.lowerBound * exp(-0.04 * span)
    upper = range.upperBound * exp(0.04 * span)
    isLogarithmic = true
    var fine: [Double] = []
    var decades: [Double] = []
    for exponent in Int(log10(lower).rounded(.down))...Int(log10(upper).rounded(.up)) {
      for digit in [1.0, 2, 5] {
        let tick = digit * pow(10, Double(exponent))
        guard tick >= lower, tick <= upper else { continue }
        fine.append(tick)
        if digit == 1 { decades.append(tick) }
      }
    }
    if fine.count < 4 {
      // Less than a decade: round numbers at equal differences say more.
      ticks = Self.linearTicks(lower, upper, count: 5).filter { $0 > 0 }
    } else {
      ticks = fine.count > 8 && decades.count > 2 ? decades : fine
    }
  }

  /// Where a value lies between the top (0) and the bottom (1); NaN for what the scale cannot show.
  func position(_ value: Double) -> Double {
    guard isLogarithmic else { return (upper - value) / (upper - lower) }
    return value > 0 ? log(upper / value) / log(upper / lower) : .nan
  }

  /// The digits after the point that tell neighbouring ticks apart, after scaling by `factor`.
  func tickDigits(scaledBy factor: Double) -> Int {
    for digits in 0..<9 {
      let power = pow(10, Double(digits)) * factor
      if ticks.allSatisfy({
        abs(($0 * power).rounded() - $0 * power) < 1e-6 * max(1, abs($0 * power))
      }) {
        return digits
      }
    }
    return 9
  }

  /// Multiples of 1, 2, 2.5 or 5 times a power of ten, at least two.
  private static func linearTicks(_ low: Double, _ high: Double, count: Int) -> [Double] {
    let ticks = ticks(low, high, count: count)
    // One tick tells no scale.
    return ticks.count == 1 && count < 20 ? linearTicks(low, high, count: 2 * count) : ticks
  }

  private static func ticks(_ low: Double, _ high: Double, count: Int) -> [Double] {
    let rough = (high - low) / Double(max(1, count))
    guard rough.isFinite, rough > 0 else { return [] }
    let power = pow(10, log10(rough).rounded(.down))
    let factor = [1, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10
    let step = factor * power
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    guard first <= last, last - first < 100 else { return [] }
    return (0...Int(last - first)).map { (first + Double($0)) * step + 0 }
  }
}
