internal import Autodiff

/// The sample covariance shrunk towards a multiple of the identity by the optimal amount.
///
/// `(1 − s) S + s m I`, with S demeaned and divided by T (not T − 1), m = tr S / N the average
/// variance, d² = ‖S − mI‖² / N, b² = min(d², Σ_t ‖x_t x_tᵀ − S‖² / (N T²)) and s = b² / d²; norms
/// of Frobenius. Positive definite however few the rows, unless all returns are constant.
///
/// - Source: Ledoit & Wolf (2004), *A Well-Conditioned Estimator for Large-Dimensional Covariance
///   Matrices*, J. Multivariate Analysis 88, lemma 3.2 and §3.3; as in scikit-learn.
public struct LedoitWolfCovariance: CovarianceEstimator, Hashable {
  /// T, the number of rows used; at least 2.
  public let window: Int

  /// The shrunk covariance over `window` rows.
  public init(window: Int) {
    check(window >= 2, "LedoitWolfCovariance: window \(window); expected at least 2 rows")
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
    let rows = Double(window)
    let means = CrossProducts.means(returns, rows: window, assets: assets)
    CrossProducts.accumulate(
      returns, assets: assets, centre: means, weights: [Double](repeating: 1, count: window),
      scale: 1 / rows, into: covariance)

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
    for index in 0..<assets * assets { normSquared += covariance[index] * covariance[index] }
    var trace = 0.0
    for i in 0..<assets { trace += covariance[i * assets + i] }
    let average = trace / Double(assets)
    // d² and b², both times N.
    let distance = normSquared - Double(assets) * average * average
    let noise = min((quartic / rows - normSquared) / rows, distance)
    let shrinkage = noise > 0 && distance > 0 ? noise / distance : 0

    for index in 0..<assets * assets { covariance[index] *= 1 - shrinkage }
    for i in 0..<assets { covariance[i * assets + i] += shrinkage * average }
    return shrinkage
  }
}
