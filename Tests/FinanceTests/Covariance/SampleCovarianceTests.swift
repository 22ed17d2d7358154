import Finance
import Testing

@Suite struct SampleCovarianceTests {
  /// `np.cov(x.T)` of NumPy 2.4 on `wavyReturns(rows: 30, assets: 4)`.
  @Test func matchesNumPy() {
    let c = SampleCovariance(window: 30).covariance(of: wavyReturns(rows: 30, assets: 4))
    let computed = [c[0, 0], c[0, 1], c[2, 3], c.elements.reduce(0, +)]
    let expected = [
      6.821598551141906e-05, 9.089848186070887e-06, 1.513303621874575e-06, 0.0015056000065777012,
    ]
    #expect(relativeError(computed, expected) < 1e-13)
  }

  @Test func addingAConstantChangesNothing() {
    let x = wavyReturns(rows: 30, assets: 4)
    var shifted = x
    for index in x.elements.indices { shifted.elements[index] += 0.5 }
    let estimator = SampleCovariance(window: 30)
    let (a, b) = (estimator.covariance(of: x), estimator.covariance(of: shifted))
    #expect(zip(a.elements, b.elements).allSatisfy { abs($0 - $1) < 1e-16 })
  }

  /// Every remainder of the blocked loop over rows, against the definition.
  @Test(arguments: 2...20) func anyNumberOfRowsFollowsTheDefinition(_ rows: Int) {
    let x = wavyReturns(rows: rows, assets: 3)
    let c = SampleCovariance(window: rows).covariance(of: x)
    let means = (0..<3).map { x.column($0).reduce(0, +) / Double(rows) }
    for i in 0..<3 {
      for j in 0..<3 {
        let sum = (0..<rows).reduce(0.0) { $0 + (x[$1, i] - means[i]) * (x[$1, j] - means[j]) }
        #expect(abs(c[i, j] - sum / Double(rows - 1)) < 1e-17)
      }
    }
  }

  @Test func aWindowOfOneRowStopsTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = SampleCovariance(window: 1) }
  }
}
