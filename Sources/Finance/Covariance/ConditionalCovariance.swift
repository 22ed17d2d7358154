internal import Autodiff

/// The covariance that a fitted model of conditional correlations forecasts for the row after a window.
///
/// The parameters stay those of the fit, which must have seen training rows only; the window carries
/// the state. Long enough that its first row is forgotten: at a + b and α + β of 0.98, 250 rows leave
/// 0.6 % of it. Positive definite by construction.
public struct ConditionalCovariance: CovarianceEstimator {
  /// The model and its parameters.
  public let fit: CorrelationFit
  /// The number of rows used; at least 2.
  public let window: Int

  /// The forecast over `window` rows.
  public init(_ fit: CorrelationFit, window: Int) {
    check(window >= 2, "ConditionalCovariance: window \(window); expected at least 2 rows")
    self.fit = fit
    self.window = window
  }

  /// Writes the covariance of the row after the returns.
  public func estimate(
    returns: UnsafeBufferPointer<Double>, assets: Int,
    into covariance: UnsafeMutableBufferPointer<Double>
  ) {
    let matrix = Matrix(
      rows: window, columns: assets, elements: Array(returns[0..<window * assets]))
    let next = fit.forecast(after: matrix, horizon: 1)[0]
    for index in 0..<assets * assets { covariance[index] = next.elements[index] }
  }
}
