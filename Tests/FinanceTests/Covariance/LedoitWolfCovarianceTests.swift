import Finance
import Testing

@Suite struct LedoitWolfCovarianceTests {
  private func estimate(_ x: Matrix) -> (shrinkage: Double, covariance: Matrix) {
    var covariance = Matrix(rows: x.columns, columns: x.columns)
    let shrinkage = x.elements.withUnsafeBufferPointer { returns in
      covariance.elements.withUnsafeMutableBufferPointer {
        LedoitWolfCovariance(window: x.rows).estimateAndShrinkage(
          returns: returns, assets: x.columns, into: $0)
      }
    }
    return (shrinkage, covariance)
  }

  /// Expected values by scikit-learn 1.9.1.
  ///
  /// ```python
  /// def x(T, N):
  ///     t, i = np.arange(1, T + 1)[:, None], np.arange(N)[None, :]
  ///     return .01 * (1 + i) * np.sin(.7548776662 * t * (i + 1)) + .005 * np.cos(.5698402910 * t + i)
  /// m = LedoitWolf().fit(x(T, N)); c = m.covariance_
  /// m.shrinkage_, c[0, 0], c[0, 1], c[2, 3], c[N - 1, N - 1], c.sum()
  /// ```
  @Test(arguments: [
    (
      30, 4,
      [
        0.257962074797236, 0.0001443237132360113, 6.520178352120144e-06, 1.08549772378505e-06,
        0.0006329784348526002, 0.001461540534203744,
      ]
    ),
    (
      12, 20,
      [
        0.8551433839512659, 0.005713437597433286, 1.6109971553245848e-06, 1.9493557413204624e-06,
        0.008619547182103567, 0.11761399140239687,
      ]
    ),
  ])
  func matchesScikitLearn(rows: Int, assets: Int, expected: [Double]) {
    let (shrinkage, c) = estimate(wavyReturns(rows: rows, assets: assets))
    let computed = [
      shrinkage, c[0, 0], c[0, 1], c[2, 3], c[assets - 1, assets - 1], c.elements.reduce(0, +),
    ]
    #expect(relativeError(computed, expected) < 1e-11)
  }

  @Test func theAverageVarianceIsKept() {
    let x = wavyReturns(rows: 12, assets: 20)
    let sample = SampleCovariance(window: 12).covariance(of: x)
    let shrunk = estimate(x).covariance
    let trace = { (m: Matrix) in (0..<20).reduce(0.0) { $0 + m[$1, $1] } }
    #expect(abs(trace(shrunk) / (trace(sample) * 11 / 12) - 1) < 1e-14)
  }

  @Test func oneAssetAndConstantReturnsAreNotShrunk() {
    let (shrinkage, c) = estimate(wavyReturns(rows: 10, assets: 1))
    #expect(shrinkage == 0)
    #expect(c[0, 0] > 0)
    let (none, zero) = estimate(Matrix(rows: 10, columns: 3, repeating: 0.25))
    #expect(none == 0)
    #expect(zero.elements.allSatisfy { $0 == 0 })
  }
}
