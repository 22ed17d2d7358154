internal import Autodiff

/// A sample covariance shrunk towards a multiple of the identity: `(1 − s) S + s m I`.
///
/// S is demeaned and divided by T (not T − 1), m = tr S / N is the average variance; estimators differ in
/// s. Invariant to the order of assets, equivariant to one scale of all returns.
public protocol ShrunkCovariance: CovarianceEstimator {
  /// s in [0, 1], of the sample covariance S `[N, N]`, the average variance m, the returns `[window, N]` and
  /// their means by column.
  func shrinkage(
    sample: UnsafeBufferPointer<Double>, average: Double, returns: UnsafeBufferPointer<Double>,
    means: [Double]
  ) -> Double
}

extension ShrunkCovariance {
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
    let means = CrossProducts.means(returns, rows: window, assets: assets)
    CrossProducts.accumulate(
      returns, assets: assets, centre: means, weights: [Double](repeating: 1, count: window),
      scale: 1 / Double(window), into: covariance)
    var trace = 0.0
    for i in 0..<assets { trace += covariance[i * assets + i] }
    let average = trace / Double(assets)
    let shrinkage = shrinkage(
      sample: UnsafeBufferPointer(rebasing: covariance[..<(assets * assets)]), average: average,
      returns: returns, means: means)
    for index in 0..<assets * assets { covariance[index] *= 1 - shrinkage }
    for i in 0..<assets { covariance[i * assets + i] += shrinkage * average }
    return shrinkage
  }
}
