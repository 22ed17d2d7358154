#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Autodiff

/// The exponentially weighted covariance over a window: `Σ_k λᵏ r_{t−k} r_{t−k}ᵀ / Σ_k λᵏ`.
///
/// Not demeaned: over days the mean is small against its own error (J.P. Morgan/Reuters 1996,
/// *RiskMetrics Technical Document*, §5.2). The weights of the window add up to 1.
public struct EWMACovariance: CovarianceEstimator, Hashable {
  /// λ, the weight of a row relative to the next one; in (0, 1).
  public let decay: Double
  /// The number of rows used; at least 1.
  public let window: Int

  /// Weights that halve every `halfLife` rows: λ = 2^(−1/halfLife).
  public init(halfLife: Double, window: Int) {
    check(halfLife > 0, "EWMACovariance: half-life \(halfLife); expected > 0 rows")
    self.init(decay: exp2(-1 / halfLife), window: window)
  }

  /// Weights with the centre of mass of a simple window of `span` rows: λ = 1 − 2/(span + 1).
  public init(span: Double, window: Int) {
    check(span > 1, "EWMACovariance: span \(span); expected > 1 row")
    self.init(decay: 1 - 2 / (span + 1), window: window)
  }

  /// Weights that shrink by λ = `decay` from a row to the one before.
  public init(decay: Double, window: Int) {
    check(decay > 0 && decay < 1, "EWMACovariance: decay \(decay); expected between 0 and 1")
    check(window >= 1, "EWMACovariance: window \(window); expected at least 1 row")
    self.decay = decay
    self.window = window
  }

  /// Writes the exponentially weighted covariance of the returns.
  public func estimate(
    returns: UnsafeBufferPointer<Double>, assets: Int,
    into covariance: UnsafeMutableBufferPointer<Double>
  ) {
    var weights = [Double](repeating: 1, count: window)
    var total = 1.0
    for t in stride(from: window - 2, through: 0, by: -1) {
      weights[t] = weights[t + 1] * decay
      total += weights[t]
    }
    CrossProducts.accumulate(
      returns, assets: assets, centre: [Double](repeating: 0, count: assets), weights: weights,
      scale: 1 / total, into: covariance)
  }
}
