internal import Autodiff

/// The sample covariance shrunk towards a multiple of the identity by the oracle-approximating amount.
///
/// `(1 − s) S + s m I`, S demeaned and divided by T, m = tr S / N, α the mean of the squares of all
/// elements of S, `s = min(1, (α + m²) / ((T + 1)(α − m²/N)))`. It assumes normal returns, and with them
/// converges faster than Ledoit–Wolf where rows are few.
///
/// - Source: Chen, Wiesel, Eldar & Hero (2010), *Shrinkage Algorithms for MMSE Covariance Estimation*,
///   IEEE Transactions on Signal Processing 58(10), with scikit-learn's constants.
public struct OASCovariance: CovarianceEstimator, Hashable {
  /// T, the number of rows used; at least 2.
  public let window: Int

  /// The shrunk covariance over `window` rows.
  public init(window: Int) {
    check(window >= 2, "OASCovariance: window \(window); expected at least 2 rows")
    self.window = window
  }

  /// Writes the shrunk covariance of the returns.
  public func estimate(
    returns: UnsafeBufferPointer<Double>, assets: Int,
    into covariance: UnsafeMutableBufferPointer<Double>
  ) {
    _ = estimateAndShrinkage(returns: returns, assets: assets, into: covariance)
  }

  /// The shrunk covariance of the last `window` rows of returns, and s, the shrinkage in [0, 1].
  public func shrunk(_ returns: Matrix) -> (covariance: Matrix, shrinkage: Double) {
    check(
      returns.rows >= window, "covariance: \(returns.rows) rows of returns; expected \(window)")
    var result = Matrix(rows: returns.columns, columns: returns.columns)
    var shrinkage = 0.0
    returns.elements.withUnsafeBufferPointer { all in
      result.elements.withUnsafeMutableBufferPointer {
        let first = (returns.rows - window) * returns.columns
        shrinkage = estimateAndShrinkage(
          returns: UnsafeBufferPointer(rebasing: all[first...]), assets: returns.columns, into: $0)
      }
    }
    return (result, shrinkage)
  }

  /// Writes the shrunk covariance and returns s, the shrinkage in [0, 1].
  package func estimateAndShrinkage(
    returns: UnsafeBufferPointer<Double>, assets: Int,
    into covariance: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    let (rows, n) = (Double(window), Double(assets))
    CrossProducts.accumulate(
      returns, assets: assets,
      centre: CrossProducts.means(returns, rows: window, assets: assets),
      weights: [Double](repeating: 1, count: window), scale: 1 / rows, into: covariance)
    var (squares, trace) = (0.0, 0.0)
    for index in 0..<assets * assets { squares += covariance[index] * covariance[index] }
    for i in 0..<assets { trace += covariance[i * assets + i] }
    let (alpha, mean) = (squares / (n * n), trace / n)
    let distance = (rows + 1) * (alpha - mean * mean / n)
    let shrinkage = distance > 0 ? min(1, (alpha + mean * mean) / distance) : 1
    for index in 0..<assets * assets { covariance[index] *= 1 - shrinkage }
    for i in 0..<assets { covariance[i * assets + i] += shrinkage * mean }
    return shrinkage
  }
}
