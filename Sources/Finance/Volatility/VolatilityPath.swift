/// Returns seen through a volatility model: filtered variances, standardised shocks, and the forecast.
public struct VolatilityPath: Sendable {
  /// hₜ for each return, from the returns before it; the first as the model says.
  public let variances: [Double]
  /// `zₜ = (rₜ − μ) / √hₜ`.
  public let shocks: [Double]
  /// The variance of the return after the last one.
  public let nextVariance: Double

  /// √hₜ for each return.
  public var volatilities: [Double] { variances.map { $0.squareRoot() } }
}
