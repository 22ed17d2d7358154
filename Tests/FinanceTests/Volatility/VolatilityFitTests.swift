import Autodiff
import Finance
import Testing

@Suite struct VolatilityFitTests {
  /// `100 (pₜ / pₜ₋₁ − 1)` of the S&P 500, from 1999-01-05 to 2017-03-29.
  static func stockReturns() throws -> [Double] {
    let data = try EmbeddedData.fourAssets()
    let first = try #require(CalendarDate("1999-01-05"))
    return data.dates.indices.filter { data.dates[$0] >= first }.map { 100 * data.returns[$0, 0] }
  }

  struct Reference: Sendable {
    let model: VolatilityModel
    let estimates: [Double]
    let logLikelihood: Double
    let standardErrors: [Double]
    let robustStandardErrors: [Double]
    let lastVolatility: Double
  }

  /// Expected values by the Python package arch, version 8.0.0, on these returns.
  ///
  /// ```python
  /// m = arch_model(r, mean="Constant", vol=vol, p=1, o=o, q=1, dist=dist, rescale=False)
  /// f = m.fit(disp="off", tol=1e-13)     # f.params, f.loglikelihood, f.conditional_volatility[-1]
  /// m.fit(cov_type="classic", disp="off", tol=1e-13).std_err, f.std_err
  /// ```
  static let references = [
    Reference(
      model: VolatilityModel(.garch, firstVariance: .backcast),
      estimates: [0.05265246961, 0.01875405774, 0.09598128990, 0.8896888766],
      logLikelihood: -6474.297193974955,
      standardErrors: [0.012400181987, 0.0031755814757, 0.0091569030709, 0.0099999670547],
      robustStandardErrors: [0.012609955606, 0.0049014994684, 0.012344315563, 0.013315006191],
      lastVolatility: 0.6153116212977705),
    Reference(
      model: VolatilityModel(.garch, distribution: .studentT, firstVariance: .backcast),
      estimates: [0.06309893253, 0.01201355778, 0.09524952107, 0.8991335854, 7.380741197],
      logLikelihood: -6403.959522837466,
      standardErrors: [0.011747481121, 0.0031229670676, 0.010467856995, 0.01051018974, 0.80539941],
      robustStandardErrors: [
        0.011734016572, 0.0034111261353, 0.011750273103, 0.011936862659, 0.82495927,
      ],
      lastVolatility: 0.5868546883223478),
    Reference(
      model: VolatilityModel(.gjr, firstVariance: .backcast),
      estimates: [0.01242751310, 0.02015834533, 0, 0.1721257928, 0.8976785097],
      logLikelihood: -6369.425746240375, standardErrors: [], robustStandardErrors: [],
      lastVolatility: 0.6294487551124043),
    Reference(
      model: VolatilityModel(.gjr, distribution: .studentT, firstVariance: .backcast),
      estimates: [0.03103746103, 0.01460795362, 0, 0.1775281529, 0.9005750205, 8.790329574],
      logLikelihood: -6315.211931758964, standardErrors: [], robustStandardErrors: [],
      lastVolatility: 0.6073102556013064),
    Reference(
      model: VolatilityModel(.egarch, firstVariance: .backcast),
      estimates: [0.01205349594, 0.001529244328, 0.1075503999, -0.1462035078, 0.9792040018],
      logLikelihood: -6359.465215464992, standardErrors: [], robustStandardErrors: [],
      lastVolatility: 0.5755335383718827),
    Reference(
      model: VolatilityModel(.egarch, distribution: .studentT, firstVariance: .backcast),
      estimates: [
        0.03041406423, -0.001496306408, 0.1051110468, -0.1553935646, 0.9845414852, 8.457166151,
      ],
      logLikelihood: -6298.819039006616,
      standardErrors: [
        0.011429378362, 0.0024734700746, 0.012870057668, 0.011284465341, 0.002642882326, 0.99426307,
      ],
      robustStandardErrors: [
        0.011516011969, 0.0026272232346, 0.014132552271, 0.013474778807, 0.003354939561, 1.0756099,
      ],
      lastVolatility: 0.557888472577237),
  ]

  @Test(arguments: references.indices) func estimatesMatchArch(_ index: Int) throws {
    let reference = Self.references[index]
    let returns = try Self.stockReturns()
    let fit = try reference.model.fit(returns)
    // arch stops where the likelihood changes by 1e-13 of itself: its parameters have five digits.
    #expect(relativeError(fit.estimates, reference.estimates, floor: 1e-2) < 1e-4)
    #expect(fit.logLikelihood > reference.logLikelihood - 1e-7)
    #expect(fit.logLikelihood < reference.logLikelihood + 1e-5)
    let path = reference.model.path(fit.parameters, returns: returns)
    let last = try #require(path.volatilities.last)
    #expect(abs(last / reference.lastVolatility - 1) < 1e-5)
    // arch differences the likelihood itself; where a parameter is on its bound the two differ.
    if !reference.standardErrors.isEmpty {
      #expect(relativeError(fit.standardErrors, reference.standardErrors) < 1e-3)
      #expect(relativeError(fit.robustStandardErrors, reference.robustStandardErrors) < 1e-3)
    }
    #expect(fit.onBounds == (reference.estimates[2] == 0 ? ["alpha"] : []))
  }

  @Test func aParameterOnItsBoundHasNoStandardError() throws {
    let fit = try VolatilityModel(.gjr, firstVariance: .backcast).fit(Self.stockReturns())
    #expect(fit.model.parameterNames == ["mu", "omega", "alpha", "gamma", "beta"])
    #expect(fit.parameters.alpha == 0)
    #expect(fit.standardErrors.map(\.isNaN) == [false, false, true, false, false])
    #expect(fit.robustStandardErrors.map(\.isNaN) == [false, false, true, false, false])
  }

  /// Zero-mean Gaussian GARCH(1,1) with `h₁ = mean ε²`, computed in extended precision elsewhere.
  @Test(arguments: [
    (0, [0.0221245, 0.0887530, 0.8856943], -1287.49286),
    (1, [0.0605517, 0.0490835, 0.8882143], -1399.74995),
    (2, [0.0231699, 0.1092169, 0.8221764], -836.40007),
  ])
  func syntheticReferenceIsReproduced(column: Int, estimates: [Double], logLikelihood: Double)
    throws
  {
    let x = SyntheticDCC.returns
    #expect(abs(x[0, 0] - 0.4147197504315302) < 1e-15)
    #expect(abs(x[0, 2] + 0.5254117358881019) < 1e-15)
    let fit = try VolatilityModel(.garch, mean: .zero).fit(x.column(column))
    #expect(zip(fit.estimates, estimates).allSatisfy { abs($0 - $1) < 1.0e-7 })
    #expect(abs(fit.logLikelihood - logLikelihood) < 5e-6)
  }

  @Test(arguments: references.indices) func unitsDoNotMatter(_ index: Int) throws {
    let model = Self.references[index].model
    let returns = try Array(Self.stockReturns().prefix(1500))
    let fit = try model.fit(returns)
    for scale in [1e-2, 1e6] {
      let other = try model.fit(returns.map { scale * $0 })
      #expect(abs(other.parameters.mu / scale - fit.parameters.mu) < 1e-6)
      #expect(abs(other.parameters.alpha - fit.parameters.alpha) < 1e-6)
      #expect(abs(other.parameters.beta - fit.parameters.beta) < 1e-6)
      // An EGARCH maximum sits on a kink of the likelihood, where it is known less exactly.
      #expect(
        abs(other.logLikelihood + 1500 * logarithm(scale) - fit.logLikelihood) < 1e-6)
      let paths = [(model.path(other.parameters, returns: returns.map { scale * $0 }), scale)]
      let plain = model.path(fit.parameters, returns: returns)
      for (path, scale) in paths {
        #expect(abs(path.nextVariance / (scale * scale) / plain.nextVariance - 1) < 1e-5)
      }
    }
  }

  @Test(arguments: VolatilityModel.Dynamics.allCases, VolatilityModel.Distribution.allCases)
  func simulatedParametersAreRecovered(
    _ dynamics: VolatilityModel.Dynamics, _ distribution: VolatilityModel.Distribution
  ) throws {
    let model = VolatilityModel(dynamics, distribution: distribution)
    var truth = VolatilityParameters(mu: 0.04, omega: 0.03, alpha: 0.06, beta: 0.88)
    if dynamics == .gjr { truth.gamma = 0.06 }
    if dynamics == .egarch {
      truth = .init(mu: 0.04, omega: 0.01, alpha: 0.2, gamma: -0.1, beta: 0.95)
    }
    if distribution == .studentT { truth.degreesOfFreedom = 7 }
    var generator = SplitMix64(seed: 3).split("\(dynamics) \(distribution)")
    let returns = model.simulate(truth, count: 12_000, generator: &generator)
    let fit = try model.fit(returns)
    #expect(fit.onBounds.isEmpty)
    let expected = model.logLikelihood(truth, returns: returns)
    // Twice the gain over the truth is χ² with at most six degrees of freedom: 99.99 % below 28.
    #expect(fit.logLikelihood >= expected && fit.logLikelihood - expected < 14)
    let truths = [
      truth.mu, truth.omega, truth.alpha, truth.gamma, truth.beta, truth.degreesOfFreedom,
    ]
    let lanes = ["mu", "omega", "alpha", "gamma", "beta", "nu"]
    for (name, (estimate, error)) in zip(
      model.parameterNames, zip(fit.estimates, fit.standardErrors))
    {
      let index = try #require(lanes.firstIndex(of: name))
      #expect(abs(estimate - truths[index]) < 4 * error, "\(name): \(estimate) ± \(error)")
      #expect(error > 0)
    }
  }

  @Test func returnsWithoutClusteringStillHaveAnAnswer() throws {
    // White noise: α is about 0 or on its bound, and the variance is the sample's.
    for seed in 0..<10 {
      var generator = SplitMix64(seed: UInt64(seed))
      let returns = generator.normals(800)
      for dynamics in VolatilityModel.Dynamics.allCases {
        let model = VolatilityModel(dynamics)
        let fit = try model.fit(returns)
        let mean = model.path(fit.parameters, returns: returns).variances.reduce(0, +) / 800
        #expect(abs(mean - 1) < 0.2)
        let mean0 = returns.reduce(0, +) / 800
        let constant = returns.reduce(0) { $0 + ($1 - mean0) * ($1 - mean0) } / 800
        #expect(fit.logLikelihood > -400 * (1 + logarithm(2 * Double.pi * constant)) - 1e-9)
      }
    }
  }

  /// A year of daily returns is little; every window of four markets must still be estimated.
  @Test(arguments: references.indices) func shortWindowsOfMarketsHaveAnAnswer(_ index: Int) throws {
    let model = Self.references[index].model
    let data = try EmbeddedData.fourAssets()
    for asset in 0..<4 {
      for start in stride(from: 1, to: 6600, by: 797) {
        let fit = try model.fit((start..<start + 250).map { data.returns[$0, asset] })
        #expect(fit.logLikelihood.isFinite && fit.parameters.alpha >= 0)
        #expect(fit.model.persistence(fit.parameters) < 1)
      }
    }
  }

  @Test func persistenceOnItsBoundIsSaid() throws {
    // The variance grows all the time: no stationary model fits as well as an integrated one.
    var generator = SplitMix64(seed: 8)
    let returns = generator.normals(600).enumerated().map { t, z in z * Double(t + 1) / 100 }
    let fit = try VolatilityModel(.garch).fit(returns)
    #expect(fit.onBounds.contains("persistence"))
  }

  @Test func unusableReturnsAreRefused() throws {
    func message(_ returns: [Double]) -> String {
      do throws(VolatilityError) {
        return "no error: \(try VolatilityModel(.garch).fit(returns).estimates)"
      } catch { return error.description }
    }
    #expect(
      message([1, 2]) == "volatility: 2 returns; at least 50 are needed to estimate a model. "
        + "Use a longer window, or an EWMA, which has nothing to estimate.")
    #expect(message([Double](repeating: 0.5, count: 60)).contains("every return is 0.5"))
    var holes = (0..<60).map { Double($0 % 7) }
    holes[31] = .nan
    #expect(message(holes).contains("return 31 is nan"))
    let error = VolatilityError.notConverged(
      model: "garch normal", iterations: 9, logLikelihood: -3, decrement: 2)
    #expect(error.description.contains("9 iterations") && error.description.contains("simpler"))
  }
}
