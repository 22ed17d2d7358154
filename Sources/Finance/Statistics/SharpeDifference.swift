public import Autodiff

/// The difference of two strategies' Sharpe ratios over the same periods, with tests of its being zero.
///
/// Sharpe ratios per period, standard deviations with divisor T. Returns are in excess of cash, and may
/// be correlated with each other and over time, with any tails: the normal-theory test of Jobson & Korkie
/// is not valid then.
///
/// - Source: Ledoit & Wolf (2008), *Robust Performance Hypothesis Testing with the Sharpe Ratio*,
///   J. Empirical Finance 15(5).
public struct SharpeDifference: Sendable, Hashable {
  /// The first strategy's Sharpe ratio per period.
  public let first: Double
  /// The second strategy's Sharpe ratio per period.
  public let second: Double
  /// `first − second`.
  public var difference: Double { first - second }
  /// The standard error of the difference, consistent under heteroskedasticity and autocorrelation.
  ///
  /// By the delta method: each row's influence on the difference, from the derivatives with respect to
  /// means and second moments, has a long-run variance (quadratic spectral kernel, Andrews' bandwidth),
  /// with the factor T / (T − 4) for the four moments.
  public let standardError: Double
  /// The two-sided p-value of "no difference", by the normal distribution.
  public let pValue: Double

  private let returns: [[Double]]

  /// Compares two series of returns of equal length; NaN where one of them does not vary.
  public init(_ first: [Double], _ second: [Double]) {
    let count = first.count
    check(
      count >= 8 && second.count == count,
      "SharpeDifference: \(count) and \(second.count) returns; expected as many, at least 8")
    returns = [first, second]
    var influence = [Double](repeating: 0, count: count)
    var ratios: [Double] = []
    for (series, sign) in zip(returns, [1.0, -1.0]) {
      let mean = Measures.mean(series)
      let square = series.reduce(0) { $0 + $1 * $1 } / Double(count)
      let variance = series.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
      let deviation = variance.squareRoot()
      ratios.append(Measures.ratio(mean, to: deviation))
      // ∂(m/√(q − m²)) = q/(q − m²)^{3/2} ∂m − ½ m/(q − m²)^{3/2} ∂q.
      let cube = variance * deviation
      for (t, r) in series.enumerated() {
        influence[t] += sign * (square * (r - mean) - 0.5 * mean * (r * r - square)) / cube
      }
    }
    (self.first, self.second) = (ratios[0], ratios[1])
    let rows = Double(count)
    let longRun = LongRunVariance.quadraticSpectral(influence) * rows / (rows - 4)
    standardError = (longRun / rows).squareRoot()
    pValue =
      2 * SpecialFunctions.normalDistribution(-((ratios[0] - ratios[1]) / standardError).magnitude)
  }

  /// The two-sided p-value of "no difference" by the stationary bootstrap of pairs.
  ///
  /// `(1 + #{|Δ* − Δ| ≥ |Δ|}) / (1 + resamples)`. `meanBlock` nil takes the automatic length for the
  /// difference of the two series. The generator's stream is split by name and not advanced.
  public func bootstrapPValue(
    resamples: Int = 4999, meanBlock: Double? = nil, generator: SplitMix64
  ) -> Double {
    check(resamples >= 1, "SharpeDifference: \(resamples) resamples")
    let (x, y) = (returns[0], returns[1])
    let length = meanBlock ?? StationaryBootstrap.optimalBlock(zip(x, y).map { $0 - $1 })
    let bootstrap = StationaryBootstrap(meanBlock: length)
    var stream = generator.split("SharpeDifference")
    var rows = [Int](repeating: 0, count: x.count)
    let observed = difference
    guard observed.isFinite else { return .nan }
    var extreme = 1
    for _ in 0..<resamples {
      bootstrap.draw(rows: x.count, into: &rows, generator: &stream)
      let drawn = Self.ratio(x, rows) - Self.ratio(y, rows)
      // A resample without variance counts against the difference.
      if !((drawn - observed).magnitude < observed.magnitude) { extreme += 1 }
    }
    return Double(extreme) / Double(resamples + 1)
  }

  /// The Sharpe ratio of the chosen rows, divisor T.
  private static func ratio(_ series: [Double], _ rows: [Int]) -> Double {
    series.withUnsafeBufferPointer { series in
      let count = Double(rows.count)
      var sum = 0.0
      for t in rows { sum += series[t] }
      let mean = sum / count
      var squares = 0.0
      for t in rows { squares += (series[t] - mean) * (series[t] - mean) }
      return Measures.ratio(mean, to: (squares / count).squareRoot())
    }
  }
}
