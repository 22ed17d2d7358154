import Finance
import Testing

@Suite struct EWMACovarianceTests {
  /// Expected values by NumPy 2.4.
  ///
  /// On `wavyReturns(rows: 30, assets: 4)` with half-life 10:
  /// ```python
  /// w = (.5**(1/10))**np.arange(29, -1, -1); w /= w.sum(); c = (x * w[:, None]).T @ x
  /// ```
  @Test func matchesNumPy() {
    let c = EWMACovariance(halfLife: 10, window: 30)
      .covariance(of: wavyReturns(rows: 30, assets: 4))
    let computed = [c[0, 0], c[0, 1], c[2, 3], c.elements.reduce(0, +)]
    let expected = [
      4.6224766346750534e-05, -1.6978833094040586e-06, -9.022039132920966e-06,
      0.0012503997811235293,
    ]
    #expect(relativeError(computed, expected) < 1e-12)
  }

  @Test func halfLifeAndSpanGiveTheirDecay() {
    let halfLife = EWMACovariance(halfLife: 10, window: 5)
    #expect(abs((0..<10).reduce(1.0) { product, _ in product * halfLife.decay } - 0.5) < 1e-15)
    #expect(EWMACovariance(span: 60, window: 5).decay == 1 - 2.0 / 61)
  }

  @Test func weightsAddUpToOne() {
    let ones = Matrix(rows: 40, columns: 1, repeating: 0.01)
    let c = EWMACovariance(decay: 0.94, window: 40).covariance(of: ones)
    #expect(abs(c[0, 0] - 1e-4) < 1e-18)
  }

  @Test func recentRowsWeighMore() {
    var early = Matrix(rows: 10, columns: 1)
    var late = early
    early[0, 0] = 1
    late[9, 0] = 1
    let estimator = EWMACovariance(decay: 0.5, window: 10)
    let ratio = estimator.covariance(of: late)[0, 0] / estimator.covariance(of: early)[0, 0]
    #expect(abs(ratio - 512) < 1e-9)
  }
}
