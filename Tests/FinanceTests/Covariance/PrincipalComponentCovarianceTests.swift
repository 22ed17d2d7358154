import Finance
import Testing

@Suite struct PrincipalComponentCovarianceTests {
  /// Expected values by NumPy 2.4 on `wavyReturns(rows: 30, assets: 4)`.
  ///
  /// ```python
  /// s = np.sqrt(np.diag(S := np.cov(x.T))); l, v = np.linalg.eigh(S / np.outer(s, s))
  /// c = (v[:, -K:] * l[-K:]) @ v[:, -K:].T; np.fill_diagonal(c, 1); c *= np.outer(s, s)
  /// ```
  @Test(arguments: [
    (
      1,
      [
        6.821598551141906e-05, 4.809106953172995e-05, 2.6551780207964197e-05, 0.0012277907561773255,
      ]
    ),
    (
      3,
      [6.821598551141906e-05, 4.7129769072224086e-05, 6.441976727960604e-05, 0.0017402119983010002]
    ),
  ])
  func matchesNumPy(factors: Int, expected: [Double]) {
    let x = wavyReturns(rows: 30, assets: 4)
    let c = PrincipalComponentCovariance(factors: factors, window: 30).covariance(of: x)
    #expect(
      relativeError([c[0, 0], c[0, 1], c[2, 3], c.elements.reduce(0, +)], expected) < 1e-10)
  }

  @Test func theDecompositionIsTheCovariance() {
    let x = wavyReturns(rows: 90, assets: 12)
    let estimator = PrincipalComponentCovariance(factors: 3, window: 60)
    let parts = estimator.decomposition(of: x)
    #expect(parts.loadings.rows == 12 && parts.loadings.columns == 3)
    let variances = (0..<3).map { parts.factors[$0, $0] }
    #expect(variances == variances.sorted(by: >))
    #expect(parts.idiosyncratic.allSatisfy { $0 >= 0 })
    #expect(sameBits(parts.dense.elements, estimator.covariance(of: x).elements))
    let sample = SampleCovariance(window: 60).covariance(of: x)
    for i in 0..<12 { #expect(abs(parts.dense[i, i] / sample[i, i] - 1) < 1e-12) }
  }

  @Test func allFactorsAreTheSample() {
    let x = wavyReturns(rows: 60, assets: 5)
    let sample = SampleCovariance(window: 60).covariance(of: x)
    let full = PrincipalComponentCovariance(factors: 9, window: 60).covariance(of: x)
    #expect(zip(sample.elements, full.elements).allSatisfy { abs($0 - $1) < 1e-16 })
  }

  /// With more assets than rows the factors come from the products of rows: the same matrix as from the
  /// spectrum of the correlations.
  @Test("Fewer rows than assets", arguments: [2, 30])
  func rowsGiveTheSameFactors(factors: Int) {
    let (rows, n) = (8, 20)
    let x = wavyReturns(rows: rows, assets: n)
    let found = PrincipalComponentCovariance(factors: factors, window: rows).decomposition(of: x)
    #expect(found.loadings.columns == min(factors, n))
    let sample = SampleCovariance(window: rows).covariance(of: x)
    let deviations = (0..<n).map { sample[$0, $0].squareRoot() }
    var correlations = sample
    for i in 0..<n {
      for j in 0..<n { correlations[i, j] /= deviations[i] * deviations[j] }
    }
    let eigen = SymmetricEigen(correlations)
    for i in 0..<n {
      for j in 0..<n {
        var expected = i == j ? sample[i, i] : 0
        if i != j {
          for k in n - min(factors, n)..<n {
            expected +=
              eigen.values[k] * eigen.vectors[i, k] * eigen.vectors[j, k] * deviations[i]
              * deviations[j]
          }
        }
        #expect(abs(found.dense[i, j] - expected) < 1e-10 * deviations[i] * deviations[j])
      }
    }
  }
}
