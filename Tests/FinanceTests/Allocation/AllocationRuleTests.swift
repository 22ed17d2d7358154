import Autodiff
import Finance
import Testing

@Suite struct AllocationRuleTests {
  static let rules: [any AllocationRule] = [
    EqualWeight(), InverseVolatility(), RiskParity(), MinimumVariance(),
  ]

  static func moreRules(count n: Int) -> [any AllocationRule] {
    [
      MaximumDiversification(), HierarchicalRiskParity(), HierarchicalEqualRisk(), NestedClusters(),
      MeanVariance(expectedReturns: (0..<n).map { 1e-5 * Double($0 * 7 % 5) }, riskAversion: 3),
      MaximumSharpe(expectedReturns: (0..<n).map { 1e-5 * Double(1 + $0 * 7 % 5) }),
    ]
  }

  @Test(arguments: [1, 2, 5, 30])
  func theOrderOfTheAssetsDoesNotMatter(n: Int) throws {
    let covariance = RandomProblem(count: n, seed: 8, volatilityDecades: 1).covariance
    let order = (0..<n).map { ($0 * 17 + 3) % n }
    guard Set(order).count == n else { return }
    var moved = covariance
    for i in 0..<n { for j in 0..<n { moved[i, j] = 4 * covariance[order[i], order[j]] } }
    // HRP cuts lists in the middle, so that the sides of a joint matter to it; the rest do not see them.
    let rules =
      Self.rules + [
        MaximumDiversification(), HierarchicalEqualRisk(clusters: min(3, n)),
        NestedClusters(clusters: min(3, n)),
      ]
    for rule in rules {
      let (a, b) = (
        try rule.weights(covariance: covariance), try rule.weights(covariance: moved)
      )
      #expect(distance(b, order.map { a[$0] }) < 1e-7, "\(rule.name)")
    }
  }

  @Test(arguments: [1, 2, 5, 30])
  func everyRuleGivesLongOnlyWeightsThatSumToOne(n: Int) throws {
    let covariance = RandomProblem(count: n, seed: 6, volatilityDecades: 2).covariance
    for rule in Self.rules + Self.moreRules(count: n) {
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
