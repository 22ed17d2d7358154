public import Autodiff
internal import Finance

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Log-likelihoods of an indicator vector under each regime: independent normal distributions with
/// trainable means and variances.
///
/// `log p(x | k) = −½ Σ_m (log 2π + s_km + (x_m − μ_km)² exp(−s_km))`.
///
/// - Shapes: indicators `[D, M]` → `[D, K]`.
/// - Units: indicators should be standardised: the means start at the K quantiles
///   `Φ⁻¹((k + ½)/K)` of every indicator, in ascending order of k, so that regimes differ from the
///   first step on; the variances start at 1.
/// - Parameters `means` μ and `logVariances` s, both `[K, M]`.
public struct GaussianEmissions: Layer {
  /// `[K, M]`.
  public let means: ParameterID
  private let logVariances: ParameterID
  private let regimes, indicators: Int

  /// Emissions of some regimes over some indicators.
  public init(regimes: Int, indicators: Int, in builder: inout ParameterBuilder) {
    check(
      regimes >= 1 && indicators >= 1,
      "GaussianEmissions: \(regimes) regimes, \(indicators) indicators")
    self.regimes = regimes
    self.indicators = indicators
    let shape = Shape(regimes, indicators)
    means = builder.parameter(
      "means",
      Tensor(
        converting: (0..<regimes).flatMap { k in
          let start = SpecialFunctions.normalQuantile((Double(k) + 0.5) / Double(regimes))
          return [Double](repeating: start, count: indicators)
        }, shape: shape))
    logVariances = builder.zeros("logVariances", shape)
  }

  /// The log-likelihoods of every date.
  public func callAsFunction(_ values: Variable, in pass: inout Pass) -> Variable {
    let shape = values.shape
    check(
      shape.rank == 2 && shape[1] == indicators,
      "GaussianEmissions: indicators \(shape), expected [D, \(indicators)]")
    let s = pass(logVariances)
    let distance =
      (values.reshaped(to: Shape(shape[0], 1, indicators)) - pass(means)).squared() * (-s).exp()
    let constant = Scalar(Double(indicators) * log(2 * Double.pi))
    return ((distance + s).sum(axis: 2) + constant).scaled(by: -0.5)
  }
}
