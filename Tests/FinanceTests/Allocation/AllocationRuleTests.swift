import Autodiff
import Finance
import Testing

@Suite struct AllocationRuleTests {
  static let rules: [any AllocationRule] = [
    EqualWeight(), InverseVolatility(), RiskParity(), MinimumVariance(),
  ]

  @Test(arguments: [1, 2, 5, 30])
  func everyRuleGivesLongOnlyWeightsThatSumToOne(n: Int) throws {
    let covariance = RandomProblem(count: n, seed: 6, volatilityDecades: 2).covariance
    for rule in Self.rules {
      let w = try rule.weights(covariance: covariance)
      #expect(w.count == n && w.allSatisfy { $0 >= 0 }, "\(rule.name)")
      #expect((w.reduce(0, +) - 1).magnitude < 1e-14, "\(rule.name)")
    }
  }

  @Test func rulesAgreeWhereTheyMust() throws {
    // Equal correlations: inverse volatility is risk parity.
    let matrix = covariance(
      volatilities: [0.1, 0.2, 0.4], correlations: [[0.3, 0.3], [0.3], []])
    let inverse = try InverseVolatility().weights(covariance: matrix)
    #expect(distance(inverse, [4.0 / 7, 2.0 / 7, 1.0 / 7]) < 1e-15)
    #expect(try distance(inverse, RiskParity().weights(covariance: matrix)) < 1e-14)
    // Equal volatilities too: all four are equal weight.
    let plain = covariance(volatilities: [0.2, 0.2, 0.2], correlations: [[0.3, 0.3], [0.3], []])
    for rule in Self.rules {
      #expect(try distance(rule.weights(covariance: plain), [1.0 / 3, 1.0 / 3, 1.0 / 3]) < 1e-14)
    }
  }

  @Test func varianceOrdersTheRules() throws {
    for seed in 0..<50 {
      let matrix = RandomProblem(count: 12, seed: UInt64(seed)).covariance
      let variances = try Self.rules.map { rule in
        let w = try rule.weights(covariance: matrix)
        return (0..<12).reduce(0) { sum, i in
          sum + w[i] * (0..<12).reduce(0) { $0 + matrix[i, $1] * w[$1] }
        }
      }
      // Maillard, Roncalli & Teïletche (2010): minimum variance ≤ risk parity ≤ equal weight.
      #expect(variances[3] <= variances[2] && variances[2] <= variances[0])
      #expect(variances[3] <= variances[1])
    }
  }

  @Test func inverseVolatilityNamesTheAssetWithoutVariance() {
    var matrix = richardRoncalli
    matrix[2, 2] = 0
    #expect(throws: CovarianceError.nonPositiveVariance(asset: 2, value: 0)) {
      try InverseVolatility().weights(covariance: matrix)
    }
    matrix[2, 2] = .infinity
    #expect(throws: CovarianceError.notFinite(row: 2, column: 2, value: .infinity)) {
      try InverseVolatility().weights(covariance: matrix)
    }
  }
}
