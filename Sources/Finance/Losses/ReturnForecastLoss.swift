public import Autodiff

/// How far forecasts of mean returns are from those that came, in units of their standard error:
/// `mean(H ((r̄ − μ) / σ)²)`.
///
/// A forecast of zero for returns without drift costs about 1, whatever the asset's volatility and
/// the length H of the mean.
///
/// - Shapes: forecasts μ, realised means r̄ and volatilities σ of one shape → scalar; only the forecasts
///   get a gradient.
/// - Units: all per row.
/// - VJP: `μ̄ += ȳ · 2H (μ − r̄) / (σ² n)`.
public struct ReturnForecastLoss: Sendable {
  /// The rows that a realised mean is over.
  public let horizon: Int

  /// A loss for means over `horizon` rows.
  public init(horizon: Int) {
    check(horizon > 0, "ReturnForecastLoss: horizon \(horizon)")
    self.horizon = horizon
  }

  /// The loss of forecasts against realised means.
  public func callAsFunction(
    _ forecasts: Variable, realized: [Double], volatilities: Variable
  ) -> Variable {
    let count = forecasts.shape.count
    check(
      count > 0 && realized.count == count && volatilities.shape == forecasts.shape,
      "ReturnForecastLoss: forecasts \(forecasts.shape), \(realized.count) realised means, "
        + "volatilities \(volatilities.shape)")
    let (μ, σ, tape) = (forecasts.values, volatilities.values, forecasts.tape)
    let slopes = tape.allocate(count)
    var sum = 0.0
    for i in 0..<count {
      let (scale, error) = (Double(σ[i]), Double(μ[i]) - realized[i])
      let weight = Double(horizon) / (scale * scale * Double(count))
      sum += weight * error * error
      slopes[i] = Scalar(2 * weight * error)
    }
    let y = tape.allocate(1)
    y[0] = Scalar(sum)
    return tape.recordSlopes("ReturnForecastLoss", forecasts, value: y, slopes: slopes)
  }
}
