#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// The Diebold–Mariano test of two series of forecast losses.
///
/// With d the losses of the first less those of the second and h the horizon, the statistic is
/// `d̄ / √(s² / T) · √((T + 1 − 2h + h(h−1)/T) / T)`, `s² = γ₀ + 2 Σ_{k<h} γ_k`, against Student's t with
/// T − 1 degrees of freedom.
///
/// - Source: Diebold & Mariano (1995), J. Business & Economic Statistics 13; Harvey, Leybourne & Newbold
///   (1997), Int. J. Forecasting 13.
public struct DieboldMariano: Sendable, Hashable {
  /// The mean of `first − second`; negative where the first forecasts better.
  public let meanDifference: Double
  /// The corrected statistic; NaN where s² is not positive (a horizon long for the rows).
  public let statistic: Double
  /// The two-sided p-value of equal accuracy.
  public let pValue: Double

  /// Compares losses of forecasts `horizon` steps ahead.
  public init(_ first: [Double], _ second: [Double], horizon: Int = 1) {
    let count = first.count
    check(
      count == second.count && horizon >= 1 && count > horizon + 1,
      "DieboldMariano: \(count) and \(second.count) losses at horizon \(horizon)")
    let d = zip(first, second).map { $0 - $1 }
    let (rows, h) = (Double(count), Double(horizon))
    meanDifference = Measures.mean(d)
    let mean = meanDifference
    let x = d.map { $0 - mean }
    var variance = LongRunVariance.autocovariance(x, 0)
    for k in 1..<max(horizon, 1) { variance += 2 * LongRunVariance.autocovariance(x, k) }
    let correction = ((rows + 1 - 2 * h + h * (h - 1) / rows) / rows).squareRoot()
    statistic = variance > 0 ? mean / (variance / rows).squareRoot() * correction : .nan
    pValue = SpecialFunctions.studentTwoSided(statistic, degreesOfFreedom: rows - 1)
  }

  /// How wrong a forecast variance was, given an unbiased measurement of the true one (a squared return,
  /// a realised variance).
  ///
  /// Both losses rank forecasts as the true variance would, in spite of the measurement's noise.
  ///
  /// - Source: Patton (2011), *Volatility Forecast Comparison Using Imperfect Volatility Proxies*,
  ///   J. Econometrics 160.
  public enum Loss: Sendable, CaseIterable {
    /// `(x − h)²`.
    case squaredError
    /// QLIKE, `x/h + ln h`: without the terms `−ln x − 1`, which no forecast changes and which are infinite
    /// for x = 0.
    case quasiLikelihood

    /// The losses of forecast variances.
    public func callAsFunction(forecast: [Double], measured: [Double]) -> [Double] {
      check(
        forecast.count == measured.count,
        "Loss: \(forecast.count) forecasts, \(measured.count) measurements")
      return zip(forecast, measured).map { h, x in
        switch self {
        case .squaredError: (x - h) * (x - h)
        case .quasiLikelihood: x / h + log(h)
        }
      }
    }
  }
}
