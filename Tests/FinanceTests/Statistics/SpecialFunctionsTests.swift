import Finance
import Testing

@Suite struct SpecialFunctionsTests {
  /// `scipy.special.gammaln` and `digamma` of SciPy 1.17.
  @Test func gammaFunctionsMatchSciPy() {
    let points = [0.1, 0.5, 1.5, 3.3, 7, 20.25, 251]
    let logGamma = [
      2.252712651734206, 0.5723649429247, -0.12078223763524526, 0.9870985778947343,
      6.579251212010101, 40.08411059791735, 1134.045231790853,
    ]
    let digamma = [
      -10.423754940411076, -1.9635100260214235, 0.03648997397857652, 1.0348224890596216,
      1.872784335098467, 2.983260263975308, 5.523459584531046,
    ]
    let errors = zip(points.map(SpecialFunctions.logGamma), logGamma).map { abs($0 - $1) }
    #expect(zip(errors, logGamma).allSatisfy { $0 < 4e-15 * max(1, abs($1)) })
    #expect(relativeError(points.map(SpecialFunctions.digamma), digamma) < 1e-13)
  }

  @Test func normalQuantilesInvertTheDistribution() {
    // `scipy.stats.norm.ppf`.
    let p = [1e-300, 1e-10, 0.025, 0.3, 0.5, 0.975, 0.999999]
    let x = [
      -37.0470962993612, -6.361340902404056, -1.9599639845400545, -0.5244005127080409, 0,
      1.959963984540054, 4.753424308817087,
    ]
    for (p, x) in zip(p, x) {
      #expect(abs(SpecialFunctions.normalQuantile(p) - x) < 1e-12 * max(1, abs(x)))
    }
    for p in [1e-12, 0.001, 0.2, 0.5, 0.8] {
      let back = SpecialFunctions.normalDistribution(SpecialFunctions.normalQuantile(p))
      #expect(abs(back / p - 1) < 1e-13)
    }
    #expect(SpecialFunctions.normalQuantile(0) == -.infinity)
    #expect(SpecialFunctions.normalQuantile(1) == .infinity)
    #expect(SpecialFunctions.normalQuantile(1.5).isNaN)
  }

  /// `2 * scipy.stats.t.sf(t, df)`.
  @Test func studentTailsMatchSciPy() {
    let cases = [
      (0.5, 3.0, 0.651447964848151), (2.0, 10.0, 0.07338803477074037),
      (1.96, 999.0, 0.050273462733810045), (12.0, 4.0, 0.000276428548502973), (0.0, 5.0, 1.0),
    ]
    for (t, nu, expected) in cases {
      let p = SpecialFunctions.studentTwoSided(t, degreesOfFreedom: nu)
      #expect(abs(p / expected - 1) < 1e-12)
    }
  }
}
