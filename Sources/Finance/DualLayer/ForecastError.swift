public import Autodiff

/// Errors put on purpose into volatility forecasts, to see how much a model rests on them.
///
/// Each asset's volatility is multiplied by `1 + size · u`, u uniform in [−1, 1], drawn anew every
/// `persistence` rows: forecasts are wrong for a while, not from day to day.
public struct ForecastError: Sendable, Hashable {
  /// The largest relative error.
  public var size: Double
  /// The rows that an error lasts.
  public var persistence: Int
  private let generator: SplitMix64

  /// Errors below 1 in a stream of their own.
  public init(size: Double, persistence: Int = 21, generator: SplitMix64) {
    check(
      size >= 0 && size < 1 && persistence >= 1,
      "ForecastError: size \(size), persistence \(persistence)")
    self.size = size
    self.persistence = persistence
    self.generator = generator.split("forecast error")
  }

  /// A covariance with its volatilities in error, as of a row; the same for a row whenever it is asked.
  func distorted(_ covariance: Matrix, at row: Int) -> Matrix {
    guard size > 0 else { return covariance }
    var stream = generator.split("period \(row / persistence)")
    let factors = (0..<covariance.rows).map { _ in 1 + size * (2 * stream.uniform() - 1) }
    var result = covariance
    for i in factors.indices {
      for j in factors.indices { result[i, j] *= factors[i] * factors[j] }
    }
    return result
  }
}
