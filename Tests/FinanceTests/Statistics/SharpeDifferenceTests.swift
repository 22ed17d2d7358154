import Autodiff
import Finance
import Testing

@Suite struct SharpeDifferenceTests {
  /// The delta method with the whole 4 × 4 long-run covariance, by the Python package arch 8.0.0.
  ///
  /// ```python
  /// V = np.c_[x, y, x*x, y*y] - m; S = 1.3221 * (4*rho**2/(1-rho)**4 * T)**.2   # rho of V @ g
  /// Psi = QuadraticSpectral(V, bandwidth=S, df_adjust=0, center=True).cov.long_run
  /// se = np.sqrt(g @ Psi @ g / T * T / (T - 4))
  /// ```
  @Test func matchesArch() {
    let test = SharpeDifference(goldenReturns, otherReturns)
    #expect(abs(test.difference / -0.08170410664239773 - 1) < 1e-12)
    #expect(abs(test.standardError / 0.053172874527026404 - 1) < 1e-9)
    #expect(abs(test.pValue / 0.12439743250901682 - 1) < 1e-8)
  }

  @Test func theBootstrapIsReproducibleAndNearTheNormal() {
    var generator = SplitMix64(seed: 9)
    let common = generator.normals(600)
    let x = zip(common, generator.normals(600)).map { 0.01 * ($0 + $1) + 0.0012 }
    let y = zip(common, generator.normals(600)).map { 0.02 * ($0 + $1) }
    let test = SharpeDifference(x, y)
    let p = test.bootstrapPValue(resamples: 1999, generator: SplitMix64(seed: 1))
    #expect(abs(p - test.pValue) < 0.05)
    #expect(p == test.bootstrapPValue(resamples: 1999, generator: SplitMix64(seed: 1)))
    #expect(p != test.bootstrapPValue(resamples: 1999, generator: SplitMix64(seed: 2)))
  }

  /// Under the null hypothesis p-values are uniform; here of 200 pairs with one Sharpe ratio.
  @Test func equalRatiosAreSeldomTold() {
    var generator = SplitMix64(seed: 10)
    var (normal, bootstrap) = (0, 0)
    for trial in 0..<200 {
      let common = generator.normals(250)
      let x = zip(common, generator.normals(250)).map { 0.01 * ($0 + $1) + 0.001 }
      let y = zip(common, generator.normals(250)).map { 0.03 * ($0 + $1) + 0.003 }
      let test = SharpeDifference(x, y)
      if test.pValue < 0.1 { normal += 1 }
      let p = test.bootstrapPValue(
        resamples: 199, meanBlock: 1, generator: SplitMix64(seed: UInt64(trial)))
      if p < 0.1 { bootstrap += 1 }
    }
    // 20 are expected, ±4.2.
    #expect(normal > 6 && normal < 38)
    #expect(bootstrap > 6 && bootstrap < 38)
  }

  @Test func aClearDifferenceIsFound() {
    var generator = SplitMix64(seed: 12)
    let x = generator.normals(500).map { 0.01 * $0 + 0.003 }
    let y = generator.normals(500).map { 0.01 * $0 - 0.003 }
    let test = SharpeDifference(x, y)
    #expect(test.pValue < 1e-8)
    #expect(test.bootstrapPValue(resamples: 999, generator: SplitMix64(seed: 3)) == 0.001)
    #expect(SharpeDifference(x, x.map { _ in 0.5 }).pValue.isNaN)
  }
}
