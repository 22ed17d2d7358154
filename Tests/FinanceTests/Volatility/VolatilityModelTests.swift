import Autodiff
import Finance
import Foundation
import Testing

func logarithm(_ x: Double) -> Double { log(x) }

@Suite struct VolatilityModelTests {
  static let models = VolatilityModel.Dynamics.allCases.flatMap { dynamics in
    VolatilityModel.Mean.allCases.flatMap { mean in
      VolatilityModel.Distribution.allCases.flatMap { distribution in
        VolatilityModel.FirstVariance.allCases.map {
          VolatilityModel(dynamics, mean: mean, distribution: distribution, firstVariance: $0)
        }
      }
    }
  }

  static func parameters(_ model: VolatilityModel) -> VolatilityParameters {
    var p = VolatilityParameters(omega: 0.07, alpha: 0.11, beta: 0.83)
    if model.dynamics != .garch { p.gamma = -0.06 }
    if model.mean == .constant { p.mu = 0.031 }
    if model.distribution == .studentT { p.degreesOfFreedom = 6.4 }
    return p
  }

  /// The exact score against central differences of the log-likelihood.
  @Test(arguments: models.indices) func scoreMatchesDifferences(_ index: Int) {
    let model = Self.models[index]
    var generator = SplitMix64(seed: 5)
    let returns = generator.normals(203)
    let p = Self.parameters(model)
    let (value, score) = model.score(p, returns: returns)
    #expect(value == model.logLikelihood(p, returns: returns))
    for (name, slope) in zip(model.parameterNames, score) {
      func moved(_ by: Double) -> Double {
        var q = p
        switch name {
        case "mu": q.mu += by
        case "omega": q.omega += by
        case "alpha": q.alpha += by
        case "gamma": q.gamma += by
        case "beta": q.beta += by
        default: q.degreesOfFreedom += by
        }
        return model.logLikelihood(q, returns: returns)
      }
      // Central differences of two widths, extrapolated to none.
      let width = 1e-4
      let wide = (moved(2 * width) - moved(-2 * width)) / (4 * width)
      let narrow = (moved(width) - moved(-width)) / (2 * width)
      let difference = narrow + (narrow - wide) / 3
      #expect(abs(difference - slope) < 1e-7 * max(10, abs(slope)), "\(name)")
    }
  }

  /// The likelihood against the textbook's sum over the filtered path.
  @Test(arguments: models.indices) func likelihoodIsTheSumOverThePath(_ index: Int) {
    let model = Self.models[index]
    var generator = SplitMix64(seed: 6)
    let returns = generator.normals(101)
    let p = Self.parameters(model)
    let path = model.path(p, returns: returns)
    var sum = 0.0
    for (h, z) in zip(path.variances, path.shocks) {
      sum -= 0.5 * log(h)
      if model.distribution == .studentT {
        let nu = p.degreesOfFreedom
        let constant = lgamma((nu + 1) / 2) - lgamma(nu / 2) - 0.5 * log(Double.pi * (nu - 2))
        sum += constant - (nu + 1) / 2 * log(1 + z * z / (nu - 2))
      } else {
        sum -= 0.5 * (log(2 * Double.pi) + z * z)
      }
    }
    #expect(abs(sum - model.logLikelihood(p, returns: returns)) < 1e-10)
  }

  @Test(arguments: models.indices) func filteredVariancesKnowNothingOfTheFuture(_ index: Int) {
    let model = Self.models[index]
    var generator = SplitMix64(seed: 7)
    let returns = generator.normals(120)
    var corrupted = returns
    for t in 80..<120 { corrupted[t] = 50 * returns[t] }
    let p = Self.parameters(model)
    let a = model.path(p, returns: returns, start: 0.9)
    let b = model.path(p, returns: corrupted, start: 0.9)
    #expect(sameBits(a.variances[...80], b.variances[...80]))
    #expect(a.variances[81] != b.variances[81])
    let shorter = model.path(p, returns: Array(returns[..<80]), start: 0.9)
    #expect(shorter.nextVariance == a.variances[80])
  }

  /// `arch`: `f.forecast(horizon=10).variance` at the parameters of its fit to the S&P 500.
  @Test func forecastsMatchArch() throws {
    let returns = try VolatilityFitTests.stockReturns()
    for (dynamics, expected) in [
      (VolatilityModel.Dynamics.garch, [0.35589752528629, 0.36955163076343, 0.47197120434512]),
      (.gjr, [0.37582371934945, 0.38987169944880, 0.49433754214982]),
    ] {
      let model = VolatilityModel(dynamics, firstVariance: .backcast)
      let fit = try model.fit(returns)
      let forecast = model.forecast(fit.parameters, returns: returns, horizon: 10)
      #expect(relativeError([forecast[0], forecast[1], forecast[9]], expected) < 1e-5)
    }
  }

  /// Forecasts are the means of simulated variances.
  @Test(arguments: VolatilityModel.Dynamics.allCases) func forecastsAreExpectations(
    _ dynamics: VolatilityModel.Dynamics
  ) {
    let model = VolatilityModel(dynamics, mean: .zero)
    let p = VolatilityParameters(
      omega: 0.05, alpha: 0.15, gamma: dynamics == .garch ? 0 : 0.1, beta: 0.7)
    let returns = [0.3, -1.2, 0.8, 2.0]
    let forecast = model.forecast(p, returns: returns, horizon: 4)
    let start = forecast[0]
    var generator = SplitMix64(seed: 11)
    let paths = 40_000
    var sums = [Double](repeating: 0, count: 4)
    var squares = sums
    for _ in 0..<paths {
      let path = model.simulate(p, count: 4, burnIn: 0, start: start, generator: &generator)
      let variances = model.path(p, returns: path, start: start).variances
      for k in 0..<4 {
        sums[k] += variances[k]
        squares[k] += variances[k] * variances[k]
      }
    }
    for k in 0..<4 {
      let mean = sums[k] / Double(paths)
      let error = max(0, squares[k] / Double(paths) - mean * mean).squareRoot()
      #expect(abs(mean - forecast[k]) < 4 * error / Double(paths).squareRoot() + 1e-12)
    }
  }

  @Test(arguments: models.indices) func simulatedReturnsHaveTheirLongRunVariance(_ index: Int) {
    let model = Self.models[index]
    var p = Self.parameters(model)
    if model.dynamics == .egarch { p.omega = 0 }
    p.beta = 0.6
    var generator = SplitMix64(seed: 13)
    let returns = model.simulate(p, count: 60_000, generator: &generator)
    let square = returns.reduce(0) { $0 + ($1 - p.mu) * ($1 - p.mu) } / 60_000
    // For EGARCH the exponential of the mean logarithm is below the mean.
    let expected = model.longRunVariance(p)
    #expect(abs(square / expected - 1) < (model.dynamics == .egarch ? 0.15 : 0.06))
    var again = SplitMix64(seed: 13)
    #expect(sameBits(returns, model.simulate(p, count: 60_000, generator: &again)))
  }

  @Test func wrongDegreesOfFreedomStopTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let p = VolatilityParameters(omega: 0.1, alpha: 0.1, beta: 0.8)
      _ = VolatilityModel(.garch, distribution: .studentT).logLikelihood(p, returns: [1])
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("inf degrees of freedom for studentT"))
  }
}
