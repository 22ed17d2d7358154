import Autodiff
import Finance
import Foundation
import Testing

@testable import Train

@Suite struct ForecastPipelineTests {
  static let baselines = """
    baselines=["risk-parity", "forecast-risk-parity", "forecast-hrp",
      {"rule": "forecast-mean-variance", "riskAversion": 8, "cap": 2}]
    """

  private func problem(_ overrides: [String] = []) throws -> Problem {
    try SmallExperiment.problem([Self.baselines] + overrides)
  }

  @Test func pipelinesRunBesideTheModelOnWhatTheirNetworksForecast() throws {
    let problem = try problem()
    #expect(
      problem.members.map(\.name) == [
        "seed-0", "seed-1", "forecast-risk-seed-0", "forecast-risk-seed-1",
        "forecast-returns-seed-0", "forecast-returns-seed-1",
      ])
    let result = try SmallExperiment.run(problem)
    #expect(result.strategies.count == 5 && result.members.count == 2)
    #expect(
      result.baselines.map(\.title) == [
        "Risk parity", "Forecast → risk parity", "Forecast → HRP", "Forecast → mean–variance",
      ])
    let parity = result.baselines[1]
    #expect(parity.rows == result.model.rows)
    #expect(parity.weights != result.baselines[0].weights)
    // Equal contributions under each network's own forecast, averaged over the networks.
    for fold in problem.folds {
      var mean = Matrix(rows: fold.test.count, columns: 3)
      for seed in 0..<2 {
        let unit = WorkUnit(fold: fold, member: .forecaster(.risk, seed: seed))
        let fit = try #require(result.fits.first { $0.unit == unit })
        let forecasts = try #require(fit.forecasts).values
        for d in 0..<mean.rows {
          let row = Array(forecasts.row(d))
          var covariance = Matrix(rows: 3, columns: 3)
          for i in 0..<3 {
            for j in 0..<3 { covariance[i, j] = (row[3 * i + j] + row[3 * j + i]) / 2 }
          }
          let own = try RiskParity().weights(covariance: covariance)
          for i in 0..<3 { mean[d, i] += own[i] / 2 }
        }
      }
      for (d, decision) in fold.test.enumerated() {
        let held = Array(parity.weights.row(decision - problem.tested.lowerBound))
        for i in 0..<3 {
          #expect(abs(held[i] - mean[d, i]) < 1e-5 * (Scalar.ulpOfOne < 1e-10 ? 1e-4 : 1))
        }
      }
    }
    for strategy in result.baselines {
      for d in 0..<strategy.weights.rows {
        let weights = strategy.weights.row(d)
        #expect(weights.allSatisfy { $0 > -1e-12 } && abs(weights.reduce(0, +) - 1) < 1e-9)
      }
    }
    let bounded = result.baselines[3].weights
    #expect(bounded.elements.allSatisfy { $0 < 2.0 / 3 + 1e-9 })
  }

  /// What a portfolio earns, its costs and its penalties reach no forecaster.
  @Test func onlyTheForecastsAreTrainedFor() throws {
    let plain = try problem(["training.seeds=1"]).fitsInMemory()
    let other = try problem([
      "training.seeds=1", "objective={\"cvar\": 1, \"sharpe\": 0}", "execution.costBasisPoints=50",
      "model.budgets.cap=1.5",
    ]).fitsInMemory()
    for (first, second) in zip(plain, other) {
      #expect(first.unit == second.unit)
      let isForecaster = !first.unit.member.isOfModel
      #expect((first.state == second.state) == isForecaster, "\(first.unit.path)")
      #expect((first.forecasts != nil) == isForecaster)
    }
    // And the loss of the volatilities does, of risk alone.
    let squared = try problem(["training.seeds=1", "model.risk.loss=mse"]).fitsInMemory()
    for (first, second) in zip(plain, squared) {
      let isRisk = first.unit.member == .forecaster(.risk, seed: 0)
      #expect((first.state == second.state) == !isRisk, "\(first.unit.path)")
    }
  }

  @Test(arguments: [1, 3]) func aKilledRunComesToTheSameBits(threads: Int) throws {
    let problem = try problem()
    let whole = try problem.fitsInMemory()
    let directory = try TemporaryDirectory()
    let run = RunDirectory(path: directory.path)
    let unit = try #require(problem.units.first { $0.member == .forecaster(.returns, seed: 1) })
    try run.create(unit)
    let fitter = try Fitter(problem, unit)
    struct Kill: Error {}
    #expect(throws: Kill.self) {
      try fitter.fit(
        from: fitter.initialState,
        checkpoint: { state in
          try FitCheckpoint.write(state, unit: unit, origin: .test, to: run.checkpoint(unit))
          throw Kill()
        })
    }
    let result = try SmallExperiment.run(problem, threads: threads, in: run)
    #expect(result.fits.map(\.state) == whole.map(\.state))
    #expect(result.fits.map(\.forecasts) == whole.map(\.forecasts))
  }

  @Test(arguments: [
    [], ["model.sequence.kind=none", "model.head.kind=mlp", "model.head.layers=2"],
    ["model.head.kind=none"], ["model.scorer=joint", "model.selection.width=3"],
    ["model.selection.kind=gates"],
    ["model.sequence.hidden=4", "model.attention.neighbours=1", "model.regimes={}"],
  ])
  func theyDoNotLookAhead(_ overrides: [String]) throws {
    let problem = try problem(overrides)
    for outcome in try LeakTest(problem: problem).run() {
      #expect(outcome.differences.isEmpty, "\(outcome)")
    }
  }

  /// Negative control: data that change one row too early are seen.
  @Test func aLeakOfOneRowIsCaught() throws {
    let problem = try problem()
    let fold = problem.folds[0]
    let decision = fold.test.lowerBound + 3
    var generator = SplitMix64(seed: 1)
    let early = problem.data.corrupted(after: problem.rows[decision] - 1, generator: &generator)
    let outcome = try LeakTest(problem: problem).compare(decision, fold: fold, with: early)
    for part in [
      "forecasts of forecast-risk", "forecasts of forecast-returns",
      "weights of Forecast → risk parity", "weights of Forecast → HRP",
      "weights of Forecast → mean–variance",
    ] {
      #expect(outcome.differences.contains { $0.hasPrefix(part) }, "\(part) in \(outcome)")
    }
    #expect(!outcome.differences.contains { $0.hasPrefix("parameters of") })
  }

  /// Where an indicator tells next week's volatility, the network learns what trailing moments lag.
  @Test func volatilityThatIsPredictableIsPredicted() throws {
    let experiment = try SmallExperiment.experiment([
      "baselines=[\"forecast-risk-parity\"]", "model.sequence.kind=none",
      "features={\"asset\": [], \"market\": [\"indicator(X)\"]}", "training.epochs=60",
      "training.patience=60", "training.learningRate=0.05",
    ])
    let small = SmallExperiment.data
    var (prices, indicators) = (small.prices, small.indicators)
    var generator = SplitMix64(seed: 5)
    let noise = generator.normals(small.dates.count * 4)
    var level = 0.0
    for row in small.dates.indices {
      for asset in 0..<3 where row > 0 {
        let shock = 0.01 * exp(level) * noise[row * 4 + asset]
        prices[row, asset] = prices[row - 1, asset] * (1 + shock)
      }
      level = 0.9 * level + 0.4 * noise[row * 4 + 3]
      indicators[row, 0] = level
    }
    let data = MarketData(
      dates: small.dates, assets: small.assets, prices: prices, cashLevels: small.cashLevels,
      indicatorNames: small.indicatorNames, indicators: indicators)
    let problem = try Problem(experiment, data: data)
    let unit = WorkUnit(fold: problem.folds[0], member: .forecaster(.risk, seed: 0))
    let fitter = try Fitter(problem, unit)
    let state = try fitter.fit(from: fitter.initialState)
    #expect(state.bestEpoch > 5)
    #expect(state.bestValidation < state.epochs[0].validation - 0.1)
  }

  @Test func faultsAreNamed() {
    func problems(_ override: String) -> [String] {
      do {
        _ = try SmallExperiment.experiment([override])
        return []
      } catch let error as ConfigError {
        return error.problems.map(\.description)
      } catch { return ["\(error)"] }
    }
    #expect(
      problems("strategy=forecast-hrp").first?.contains("expected it among baselines") == true)
    #expect(
      problems("baselines=[{\"rule\": \"forecast-hrp\", \"every\": 5}]").first?.contains(
        "unknown key 'every'") == true)
    #expect(problems("baselines=[\"forcast-hrp\"]").first?.contains("'forecast-hrp'") == true)
    #expect(throws: ExperimentError.self) {
      try problem(["features={\"asset\": [], \"market\": []}", "model.head.kind=none"]).checkModel()
    }
  }
}
