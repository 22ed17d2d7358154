internal import Autodiff

/// How forecast probabilities compare with what happened: equal bins of probability, each with its mean
/// forecast and the share of events.
///
/// - Source: Murphy & Winkler (1977), *Reliability of subjective probability forecasts*; the scores:
///   Brier (1950); Naeini, Cooper & Hauskrecht (2015) for the expected calibration error.
public struct ReliabilityTable: Sendable, Hashable {
  /// One bin.
  public struct Bin: Sendable, Hashable {
    /// The probabilities of the bin: `lower ≤ p < upper`, the last one `≤`.
    public let lower: Double
    /// See ``lower``.
    public let upper: Double
    /// The forecasts in it.
    public let count: Int
    /// Their mean; NaN for an empty bin.
    public let meanForecast: Double
    /// The share of them whose event happened; NaN for an empty bin.
    public let frequency: Double
  }

  /// The bins in ascending order.
  public let bins: [Bin]
  /// The forecasts whose event is known.
  public let count: Int
  /// The share of events.
  public let baseRate: Double
  /// `mean((p − y)²)`.
  public let brierScore: Double
  /// The Brier score of the constant forecast of the base rate; a useful forecast is below.
  public let brierScoreOfBaseRate: Double
  /// `Σ (count / n) |mean forecast − frequency|`.
  public let expectedCalibrationError: Double

  /// The table of forecasts and events (0 or 1); pairs with an unknown event (NaN) do not count.
  public init(probabilities: [Double], events: [Double], bins count: Int = 10) {
    check(
      probabilities.count == events.count && count >= 1,
      "ReliabilityTable: \(probabilities.count) forecasts, \(events.count) events, \(count) bins")
    let pairs = zip(probabilities, events).filter { !$0.0.isNaN && !$0.1.isNaN }
    check(
      pairs.allSatisfy { (0...1).contains($0.0) && (0...1).contains($0.1) },
      "ReliabilityTable: probabilities and events lie in 0 … 1")
    var (sizes, forecasts, happened) = (
      [Int](repeating: 0, count: count), [Double](repeating: 0, count: count),
      [Double](repeating: 0, count: count)
    )
    var brier = 0.0
    for (p, y) in pairs {
      let bin = min(Int(p * Double(count)), count - 1)
      sizes[bin] += 1
      forecasts[bin] += p
      happened[bin] += y
      brier += (p - y) * (p - y)
    }
    bins = (0..<count).map { k in
      let n = Double(sizes[k])
      return Bin(
        lower: Double(k) / Double(count), upper: Double(k + 1) / Double(count), count: sizes[k],
        meanForecast: forecasts[k] / n, frequency: happened[k] / n)
    }
    let n = Double(pairs.count)
    let rate = happened.reduce(0, +) / n
    self.count = pairs.count
    baseRate = rate
    brierScore = brier / n
    brierScoreOfBaseRate = pairs.reduce(0) { $0 + (rate - $1.1) * (rate - $1.1) } / n
    expectedCalibrationError = bins.reduce(0) {
      $0 + ($1.count == 0 ? 0 : Double($1.count) / n * abs($1.meanForecast - $1.frequency))
    }
  }
}
