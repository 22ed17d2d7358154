public import Autodiff

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// How far volatility forecasts are from the variance that came.
///
/// Both are robust: noise in the realised variance does not change which forecast is best on average
/// (Patton 2011, *Volatility forecast comparison using imperfect volatility proxies*).
///
/// - Shapes: forecasts of volatility and realised variances of one shape → scalar. NaN marks a variance
///   that is not known and does not count.
/// - Units: the square of a forecast has the unit of a realised variance; both losses are pure numbers.
public enum VolatilityForecastLoss: String, Sendable, CaseIterable {
  /// `mean(v/σ² + ln(σ²/m))` with the mean m of all v: errors count in proportion.
  case qlike
  /// `mean((v − σ²)²) / m²`.
  case squaredError = "mse"

  /// The loss of forecasts σ against realised variances v, which get no gradient.
  ///
  /// Forecasts must be positive; realised variances may be zero, but not all, and one must be known.
  ///
  /// - VJP, n the number of known variances: qlike `σ̄ += ȳ (2/σ − 2v/σ³) / n`, squared error
  ///   `σ̄ += 4ȳ σ (σ² − v) / (n m²)`.
  public func callAsFunction(_ forecasts: Variable, realized: Variable) -> Variable {
    let count = forecasts.shape.count
    check(
      count > 0 && realized.shape == forecasts.shape,
      "VolatilityForecastLoss: forecasts \(forecasts.shape), realised \(realized.shape)")
    let (σ, v, tape) = (forecasts.values, realized.values, forecasts.tape)
    var (level, known) = (0.0, 0.0)
    for i in 0..<count where !v[i].isNaN {
      level += Double(v[i])
      known += 1
    }
    check(known > 0, "VolatilityForecastLoss: none of \(count) realised variances is known")
    level /= known
    let slopes = tape.allocate(count)
    var sum = 0.0
    for i in 0..<count {
      guard !v[i].isNaN else {
        slopes[i] = 0
        continue
      }
      let (s, target) = (Double(σ[i]), Double(v[i]))
      switch self {
      case .qlike:
        sum += target / (s * s) + log(s * s / level)
        slopes[i] = Scalar((2 - 2 * target / (s * s)) / (s * known))
      case .squaredError:
        let error = (s * s - target) / level
        sum += error * error
        slopes[i] = Scalar(4 * s * error / (level * known))
      }
    }
    let y = tape.allocate(1)
    y[0] = Scalar(sum / known)
    return tape.recordSlopes("VolatilityForecastLoss", forecasts, value: y, slopes: slopes)
  }
}
