internal import Autodiff

/// The sample covariance over a window: `Σ_t (r_t − r̄)(r_t − r̄)ᵀ / (T − 1)`.
///
/// Demeaned, divisor T − 1. Its rank is at most T − 1: with as many assets as rows it is singular.
public struct SampleCovariance: CovarianceEstimator, Hashable {
  /// T, the number of rows used; at least 2.
  public let window: Int

  /// The sample covariance over `window` rows.
  public init(window: Int) {
    check(window >= 2, "SampleCovariance: window \(window); expected at least 2 rows")
    self.window = window
  }

  /// Writes the sample covariance of the returns.
  public func estimate(
    returns: UnsafeBufferPointer<Double>, assets: Int,
    into covariance: UnsafeMutableBufferPointer<Double>
  ) {
    CrossProducts.accumulate(
      returns, assets: assets,
      centre: CrossProducts.means(returns, rows: window, assets: assets),
      weights: [Double](repeating: 1, count: window), scale: 1 / Double(window - 1),
      into: covariance)
  }
}
