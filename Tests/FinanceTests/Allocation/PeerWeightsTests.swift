import Finance
import Testing

/// Portfolios of published packages, printed by `Scripts/allocation-oracle.py` (PyPortfolioOpt,
/// Riskfolio-Lib 7.4.0, skfolio 1.12.2, all with the solver CLARABEL).
@Suite struct PeerWeightsTests {
  private static let mu = [0.02, 0.025, 0.03, 0.045, 0.06, 0.07, 0.065, 0.08]

  @Test func pyPortfolioOpt() throws {
    let bounds = try SimplexBounds(
      lower: [Double](repeating: 0.02, count: 8), upper: [Double](repeating: 0.3, count: 8))
    let cases: [(any AllocationRule, [Double])] = [
      (MinimumVariance(), [0.382068263, 0.382068263, 0, 0.180336220, 0, 0, 0.055527254, 0]),
      (
        MinimumVariance(bounds: bounds),
        [0.3, 0.3, 0.115880035, 0.187803853, 0.02, 0.02, 0.036316112, 0.02]
      ),
      (
        MaximumSharpe(expectedReturns: Self.mu),
        [
          0.116588034, 0.565882325, 0, 0.156067704, 0, 0.038106872, 0.083138650, 0.040216416,
        ]
      ),
      (
        MaximumSharpe(expectedReturns: Self.mu, bounds: bounds),
        [0.3, 0.3, 0.02, 0.190973593, 0.02, 0.054628834, 0.090220593, 0.024176980]
      ),
      (
        MeanVariance(expectedReturns: Self.mu, riskAversion: 4),
        [0, 0.387447389, 0, 0, 0, 0.247067996, 0.140466390, 0.225018225]
      ),
      (
        MeanVariance(expectedReturns: Self.mu, riskAversion: 4, bounds: bounds),
        [0.02, 0.3, 0.02, 0.025740758, 0.02, 0.251237425, 0.151638662, 0.211383155]
      ),
      (
        HierarchicalRiskParity(),
        [
          0.236855525, 0.442008379, 0.120844655, 0.110502095, 0.022983653, 0.022983653,
          0.025862188, 0.017959853,
        ]
      ),
    ]
    for (rule, expected) in cases {
      let w = try rule.weights(covariance: eightAssets)
      #expect(distance(w, expected) < 5e-9, "\(rule.name): \(w)")
    }
  }

  @Test func riskfolio() throws {
    let expected = [
      0.268310932, 0.286765142, 0.114092312, 0.097987170, 0.056134532, 0.059029804, 0.066559080,
      0.051121027,
    ]
    // Its cone program is solved to five digits.
    #expect(try distance(RiskParity().weights(covariance: eightAssets), expected) < 1e-5)
  }

  @Test func skfolio() throws {
    let returns = wavyReturns(rows: 200, assets: 5)
    let covariance = SampleCovariance(window: 200).covariance(of: returns)
    let bounds = try SimplexBounds(
      lower: [Double](repeating: 0.1, count: 5), upper: [Double](repeating: 0.35, count: 5))
    let cases: [(any AllocationRule, [Double])] = [
      (
        InverseVolatility(),
        [0.414897859, 0.225514210, 0.152793163, 0.114206465, 0.092588303]
      ),
      (
        MinimumVariance(), [0.648498621, 0.167823437, 0.089042739, 0.057953099, 0.036682104]
      ),
      (MinimumVariance(bounds: bounds), [0.35, 0.309401673, 0.140598327, 0.1, 0.1]),
      (
        MaximumDiversification(),
        [0.430989084, 0.209326952, 0.146936485, 0.118240749, 0.094506730]
      ),
      (RiskParity(), [0.422607329, 0.217680984, 0.149873670, 0.116244217, 0.093593800]),
    ]
    for (rule, expected) in cases {
      let w = try rule.weights(covariance: covariance)
      #expect(distance(w, expected) < 1e-6, "\(rule.name): \(w)")
    }
    let tail = try MinimumCVaR(level: 0.9).weights(scenarios: returns)
    #expect(
      distance(tail, [0.761053675, 0.073595957, 0.100639326, 0.035519287, 0.029191755]) < 1e-6)
  }

  /// skfolio and Riskfolio-Lib, which agree: HERC to all digits printed, NCO to those of their cone programs
  /// (here skfolio's, solved to more).
  @Test(arguments: [
    (
      2,
      [
        0.605224005, 0.178805792, 0.086603931, 0.048385044, 0.031801090, 0.022060093, 0.015396001,
        0.011724043,
      ],
      [
        0.612946470, 0.166621010, 0.091079458, 0.050349770, 0.032686233, 0.024287325, 0.012447461,
        0.009582274,
      ]
    ),
    (
      3,
      [
        0.712278078, 0.210433567, 0.020759188, 0.011598021, 0.007683825, 0.005330191, 0.018119298,
        0.013797831,
      ],
      [
        0.612892994, 0.166606473, 0.092059793, 0.050905717, 0.032815338, 0.022691872, 0.012446375,
        0.009581438,
      ]
    ),
    (
      4,
      [
        0.311328948, 0.091978208, 0.266351447, 0.148808793, 0.098587569, 0.068389193, 0.008263326,
        0.006292516,
      ],
      [
        0.614034879, 0.165773884, 0.092075627, 0.050914472, 0.032814079, 0.022691001, 0.012331696,
        0.009364362,
      ]
    ),
  ])
  func clusteredRules(clusters: Int, equalRisk: [Double], nested: [Double]) throws {
    let covariance = SampleCovariance(window: 200).covariance(
      of: wavyReturns(rows: 200, assets: 8))
    let herc = try HierarchicalEqualRisk(clusters: clusters).weights(covariance: covariance)
    #expect(distance(herc, equalRisk) < 1e-9)
    let nco = try NestedClusters(clusters: clusters).weights(covariance: covariance)
    #expect(distance(nco, nested) < 5e-6)
  }
}
