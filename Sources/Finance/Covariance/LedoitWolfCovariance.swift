internal import Autodiff

/// The sample covariance shrunk towards a multiple of the identity by the optimal amount.
///
/// `(1 − s) S + s m I`, with S demeaned and divided by T (not T − 1), m = tr S / N the average
/// variance, d² = ‖S − mI‖² / N, b² = min(d², Σ_t ‖x_t x_tᵀ − S‖² / (N T²)) and s = b² / d²; norms
/// of Frobenius. Positive definite however few the rows, unless all returns are constant.
///
/// - Source: Ledoit & Wolf (2004), *A Well-Conditioned Estimator for Large-Dimensional Covariance
///   Matrices*, J. Multivariate Analysis 88, lemma 3.2 and §3.3; as in scikit-learn.
public struct LedoitWolfCovariance: ShrunkCovariance, Hashable {
  /// T, the number of rows used; at least 2.
  public let window: Int

  /// The shrunk covariance over `window` rows.
  public init(window: Int) {
    check(window >= 2, "LedoitWolfCovariance: window \(window); expected at least 2 rows")
    self.window = window
  }

  /// s = b² / d².
  public func shrinkage(
    sample: UnsafeBufferPointer<Double>, average: Double, returns: UnsafeBufferPointer<Double>,
    means: [Double]
  ) -> Double {
    let (rows, assets) = (Double(window), means.count)
    // Σ_t ‖x_t x_tᵀ − S‖² = Σ_t (x_tᵀx_t)² − T ‖S‖².
    var quartic = 0.0
    for t in 0..<window {
      var square = 0.0
      for i in 0..<assets {
        let deviation = returns[t * assets + i] - means[i]
        square += deviation * deviation
      }
      quartic += square * square
    }
    var normSquared = 0.0
    for index in 0..<assets * assets { normSquared += sample[index] * sample[index] }
    // d² and b², both times N.
    let distance = normSquared - Double(assets) * average * average
    let noise = min((quartic / rows - normSquared) / rows, distance)
    return noise > 0 && distance > 0 ? noise / distance : 0
  }
}
