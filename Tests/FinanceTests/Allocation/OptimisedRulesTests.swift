import Autodiff
import Finance
import Testing

/// Eight assets whose hierarchical portfolios are published; volatilities and correlations in percent.
let eightAssets: Matrix = {
  let volatilities = [0.05, 0.05, 0.07, 0.1, 0.15, 0.15, 0.15, 0.18]
  let rows: [[Double]] = [
    [80, 60, -20, -10, -20, -20, -20], [40, -20, -20, -10, -20, -20], [50, 30, 20, 20, 30],
    [60, 60, 50, 60], [90, 70, 70], [60, 70], [70], [],
  ]
  return covariance(
    volatilities: volatilities, correlations: rows.map { row in row.map { $0 / 100 } })
}()

@Suite struct OptimisedRulesTests {
  static let expectedReturns = [0.02, 0.025, 0.03, 0.045, 0.06, 0.07, 0.065, 0.08]

  /// Expected values by SciPy 1.17, the best of six starts of SLSQP with exact gradients.
  ///
  /// ```python
  /// minimize(f, x0, jac=g, bounds=[(lo, hi)] * 8, constraints=[dict(type="eq", …)], method="SLSQP",
  ///          options=dict(ftol=1e-16, maxiter=2000)).x
  /// ```
  /// `f` is `2 w @ S @ w - mu @ w`, `-mu @ w / sqrt(w @ S @ w)`, `-vol @ w / sqrt(w @ S @ w)`.
  @Test func weightsMatchSciPy() throws {
    let bounds = try SimplexBounds(
      lower: [Double](repeating: 0.02, count: 8), upper: [Double](repeating: 0.3, count: 8))
    let mu = Self.expectedReturns
    let cases: [(any AllocationRule, [Double])] = [
      (
        MeanVariance(expectedReturns: mu, riskAversion: 4),
        [0, 0.3874473893, 0, 0, 0, 0.2470679956, 0.1404663902, 0.225018225]
      ),
      (
        MeanVariance(expectedReturns: mu, riskAversion: 4, bounds: bounds),
        [0.02, 0.3, 0.02, 0.02574075988, 0.02, 0.2512374253, 0.1516386609, 0.211383154]
      ),
      (
        MaximumSharpe(expectedReturns: mu),
        [
          0.1165880336, 0.5658823245, 0, 0.1560677044, 0, 0.038106872, 0.08313864979, 0.04021641567,
        ]
      ),
      (
        MaximumSharpe(expectedReturns: mu, bounds: bounds),
        [0.3, 0.3, 0.02, 0.1909735926, 0.02, 0.05462883368, 0.09022059326, 0.02417698048]
      ),
      (
        MaximumDiversification(),
        [
          0.3708758184, 0.3103655554, 0, 0.1501736489, 0, 0.04034017477, 0.09123291492,
          0.0370118876,
        ]
      ),
      (
        MaximumDiversification(bounds: bounds),
        [0.3, 0.3, 0.02, 0.1937515219, 0.02, 0.03567012026, 0.1029620354, 0.02761632249]
      ),
    ]
    for (rule, expected) in cases {
      let w = try rule.weights(covariance: eightAssets)
      #expect(distance(w, expected) < 2e-6, "\(rule.name)")
      #expect(abs(w.reduce(0, +) - 1) < 1e-14)
    }
  }

  /// At the best portfolio no swap between two assets helps, for many random problems: slopes of the
  /// objective along the simplex.
  @Test(arguments: [2, 5, 20, 50]) func noSwapImproves(n: Int) throws {
    for seed in 0..<10 {
      let problem = RandomProblem(count: n, seed: UInt64(seed))
      var generator = SplitMix64(seed: UInt64(seed)).split("means")
      let sigma = problem.covariance
      let mu = (0..<n).map { i in
        (0.3 + 0.5 * generator.uniform()) * sigma[i, i].squareRoot()
      }
      func expectOptimal(
        _ w: [Double], _ cost: [Double], _ gain: [Double], _ upper: Double
      ) {
        let slope = zip(cost, gain).map { $0 - $1 }
        let give = (0..<n).filter { w[$0] > 1e-7 }.map { slope[$0] }.max() ?? 0
        let take = (0..<n).filter { w[$0] < upper - 1e-7 }.map { slope[$0] }.min() ?? 0
        let size = (cost + gain).map(\.magnitude).max() ?? 1
        #expect(give - take < 1e-6 * size)
      }
      func product(_ w: [Double]) -> [Double] {
        (0..<n).map { i in (0..<n).reduce(0) { $0 + sigma[i, $1] * w[$1] } }
      }
      let tight = try SimplexBounds(count: n, floor: 0, cap: 1.5)
      for (bounds, upper) in [(nil, 1), (tight, 1.5 / Double(n))] {
        let cautious = try MeanVariance(expectedReturns: mu, riskAversion: 50, bounds: bounds)
          .weights(covariance: sigma)
        expectOptimal(cautious, product(cautious).map { 50 * $0 }, mu, upper)
        let w = try MaximumSharpe(expectedReturns: mu, bounds: bounds).weights(covariance: sigma)
        let marginal = product(w)
        let variance = zip(w, marginal).reduce(0) { $0 + $1.0 * $1.1 }
        let gain = zip(w, mu).reduce(0) { $0 + $1.0 * $1.1 }
        expectOptimal(w, marginal.map { gain * $0 / variance }, mu, upper)
      }
    }
  }

  @Test func specialCasesAreKnown() throws {
    // Expected returns in proportion to volatilities: maximum Sharpe is maximum diversification.
    let vol = (0..<8).map { eightAssets[$0, $0].squareRoot() }
    let sharpe = try MaximumSharpe(expectedReturns: vol).weights(covariance: eightAssets)
    let diversified = try MaximumDiversification().weights(covariance: eightAssets)
    #expect(distance(sharpe, diversified) < 1e-7)
    // Equal expected returns: minimum variance.
    let same = [Double](repeating: 0.05, count: 8)
    let minimum = try MinimumVariance().weights(covariance: eightAssets)
    #expect(
      try distance(
        MeanVariance(expectedReturns: same, riskAversion: 3).weights(covariance: eightAssets),
        minimum) < 1e-7)
    #expect(
      try distance(MaximumSharpe(expectedReturns: same).weights(covariance: eightAssets), minimum)
        < 1e-7)
    // Infinite appetite: all in the best.
    let greedy = try MeanVariance(expectedReturns: Self.expectedReturns, riskAversion: 1e-3)
      .weights(covariance: eightAssets)
    #expect(distance(greedy, [0, 0, 0, 0, 0, 0, 0, 1]) < 1e-9)
  }

  @Test func impossibleTasksAreRefused() {
    func message(_ rule: any AllocationRule, _ matrix: Matrix) -> String {
      do { return "no error: \(try rule.weights(covariance: matrix))" } catch { return "\(error)" }
    }
    let losing = [Double](repeating: -0.01, count: 8)
    #expect(
      message(MaximumSharpe(expectedReturns: losing), eightAssets).hasPrefix(
        "maximum Sharpe: the best expected excess return within the bounds is -0.01; it must be"))
    var broken = eightAssets
    broken[0, 1] = .nan
    for rule: any AllocationRule in [
      MaximumDiversification(), MeanVariance(expectedReturns: losing, riskAversion: 1),
      HierarchicalRiskParity(), HierarchicalEqualRisk(), NestedClusters(),
    ] {
      #expect(message(rule, broken).contains("covariance[0, 1] is nan"), "\(rule.name)")
    }
  }
}
