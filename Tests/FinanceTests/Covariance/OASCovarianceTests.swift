import Finance
import Testing

@Suite struct OASCovarianceTests {
  /// Expected values by scikit-learn 1.9.1, `OAS().fit(x)`, on `wavyReturns`.
  @Test(arguments: [
    (
      30, 4,
      [
        0.385580710674987, 0.00018310054545200437, 5.398812127139335e-06, 8.988095046889731e-07,
        0.0005877144830737714, 0.0014645717712799284,
      ]
    ),
    (12, 20, [1.0, 0.00666412369602154, 0.0, 0.0, 0.00666412369602154, 0.1332824739204308]),
  ])
  func matchesScikitLearn(rows: Int, assets: Int, expected: [Double]) {
    let x = wavyReturns(rows: rows, assets: assets)
    var c = Matrix(rows: assets, columns: assets)
    let shrinkage = x.elements.withUnsafeBufferPointer { returns in
      c.elements.withUnsafeMutableBufferPointer {
        OASCovariance(window: rows).estimateAndShrinkage(returns: returns, assets: assets, into: $0)
      }
    }
    let computed = [
      shrinkage, c[0, 0], c[0, 1], c[2, 3], c[assets - 1, assets - 1], c.elements.reduce(0, +),
    ]
    #expect(relativeError(computed, expected) < 1e-11)
  }
}
