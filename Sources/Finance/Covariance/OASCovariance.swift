internal import Autodiff

/// The sample covariance shrunk towards a multiple of the identity by the oracle-approximating amount.
///
/// `(1 − s) S + s m I`, S demeaned and divided by T, m = tr S / N, α the mean of the squares of all
/// elements of S, `s = min(1, (α + m²) / ((T + 1)(α − m²/N)))`. It assumes normal returns, and with them
/// converges faster than Ledoit–Wolf where rows are few.
///
/// - Source: Chen, Wiesel, Eldar & Hero (2010), *Shrinkage Algorithms for MMSE Covariance Estimation*,
///   IEEE Transactions on Signal Processing 58(10), with scikit-learn's constants.
public struct OASCovariance: ShrunkCovariance, Hashable {
  /// T, the number of rows used; at least 2.
  public let window: Int

  /// The shrunk covariance over `window` rows.
  public init(window: Int) {
    check(window >= 2, "OASCovariance: window \(window); expected at least 2 rows")
    self.window = window
  }

  /// s by the moments of S alone.
  public func shrinkage(
    sample: UnsafeBufferPointer<Double>, average: Double, returns: UnsafeBufferPointer<Double>,
    means: [Double]
  ) -> Double {
    let (rows, n) = (Double(window), Double(means.count))
    var squares = 0.0
    for element in sample { squares += element * element }
    let alpha = squares / (n * n)
    let distance = (rows + 1) * (alpha - average * average / n)
    return distance > 0 ? min(1, (alpha + average * average) / distance) : 1
  }
}
