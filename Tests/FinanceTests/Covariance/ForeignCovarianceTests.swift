import Finance
import Testing

/// The sample covariance with every correlation multiplied by a constant.
///
/// - Source: the shrinkage of correlations towards zero of Ledoit & Wolf (2003), with a fixed intensity.
struct DampedCovariance: CovarianceEstimator {
  let window: Int
  /// The factor of the correlations, in [0, 1].
  let factor: Double

  func estimate(
    returns: UnsafeBufferPointer<Double>, assets: Int,
    into covariance: UnsafeMutableBufferPointer<Double>
  ) {
    SampleCovariance(window: window).estimate(returns: returns, assets: assets, into: covariance)
    for i in 0..<assets {
      for j in 0..<assets where i != j { covariance[i * assets + j] *= factor }
    }
  }
}

/// The estimator of Docs/Recipes/covariance.md, defined with the public interface alone.
@Suite struct ForeignCovarianceTests {
  /// Fewer rows than assets, and an asset that never moves.
  @Test(arguments: [0, 0.5, 1]) func itIsPositiveSemidefinite(_ factor: Double) {
    var returns = wavyReturns(rows: 4, assets: 6)
    for t in 0..<4 { returns[t, 2] = 0 }
    let estimate = DampedCovariance(window: 4, factor: factor).covariance(of: returns)
    let values = SymmetricEigen(estimate).values
    #expect(values[0] >= -1e-13 * values[5] && values[5] > 0)
  }

  @Test func theOrderOfAssetsDoesNotMatter() {
    let returns = wavyReturns(rows: 30, assets: 3)
    var reversed = returns
    for t in 0..<30 { for i in 0..<3 { reversed[t, i] = returns[t, 2 - i] } }
    let estimator = DampedCovariance(window: 20, factor: 0.7)
    let (a, b) = (estimator.covariance(of: returns), estimator.covariance(of: reversed))
    for i in 0..<3 {
      for j in 0..<3 { #expect(abs(a[i, j] - b[2 - i, 2 - j]) < 1e-15) }
    }
  }
}
