import Autodiff
import Finance
import Foundation
import Testing

@testable import Train

@Suite struct StressTests {
  private static let overrides = [
    "training.epochs=12", "training.keep=last", "objective.priorPenalty=0",
    "report.equities=[\"A\"]", "report.bonds=[\"B\"]",
  ]

  private static let result: RunResult? = try? SmallExperiment.run(
    try SmallExperiment.problem(overrides), threads: 2)

  private func historical(draws: Int = 3) throws -> (HistoricalStress, RunResult) {
    let result = try #require(Self.result)
    return (
      HistoricalStress(
        result: result, ensemble: try FrozenEnsemble(result), draws: draws,
        generator: SplitMix64(seed: 1)), result
    )
  }

  private func future() throws -> FutureStress {
    let result = try #require(Self.result)
    return FutureStress(
      result: result, ensemble: try FrozenEnsemble(result), generator: SplitMix64(seed: 1))
  }

  /// At the run's own cost, lag and rhythm the stress test is the run.
  @Test func nothingChangedIsTheRun() throws {
    let (stress, result) = try historical()
    let own = result.model.summary
    let cost = try #require(
      stress.tradingCosts().first { $0.level == 10 && $0.strategy == result.model.title })
    let lag = try #require(
      stress.executionLag().first { $0.level == 1 && $0.strategy == result.model.title })
    let rhythm = try #require(
      stress.rebalancing().first { $0.level == 5 && $0.strategy == result.model.title })
    let inputs = try #require(stress.missingInputs().first)
    for figures in [cost, lag, rhythm, inputs] {
      #expect(abs(figures.sharpeRatio - own.sharpeRatio) < 1e-6, "\(figures.scenario)")
      #expect(abs(figures.maximumDrawdown - own.maximumDrawdown) < 1e-7)
      #expect(abs(figures.turnoverPerYear - own.turnoverPerYear) < 1e-6)
    }
  }

  @Test func costsOnlyTakeAway() throws {
    let (stress, result) = try historical()
    for strategy in result.strategies {
      let own = try stress.tradingCosts().filter { $0.strategy == strategy.title }
      #expect(own.map(\.level) == HistoricalStress.costs)
      for (a, b) in zip(own, own.dropFirst()) {
        #expect(b.annualReturn < a.annualReturn && b.costPerYear > a.costPerYear)
        #expect(abs(a.turnoverPerYear - b.turnoverPerYear) < 1e-12)
      }
    }
  }

  /// Daily decisions of risk parity are those of a daily problem.
  @Test func dailyDecisionsInterleaveThePhases() throws {
    let (stress, result) = try historical()
    let figures = try stress.rebalancing()
    #expect(Set(figures.map(\.level)).isSuperset(of: [1, 5, 10, 20]))
    let problem = result.problem
    let rows = Array(
      problem.rows[problem.tested.lowerBound]...problem.rows[problem.tested.upperBound - 1])
    var weights = Matrix(rows: rows.count, columns: 3)
    let all = covariances(at: rows, of: problem.data, by: SampleCovariance(window: 30))
    for k in rows.indices {
      let solved = try RiskBudgetSolver().solve(
        covariance: Matrix(rows: 3, columns: 3, elements: Array(all[k * 9..<(k + 1) * 9])),
        budgets: [1, 1, 1])
      for i in 0..<3 { weights[k, i] = solved.weights[i] }
    }
    let daily = try StressBacktest(problem).summary(weights, decisionRows: rows)
    let own = try #require(figures.first { $0.level == 1 && $0.strategy == "Risk parity" })
    #expect(abs(own.sharpeRatio - daily.sharpeRatio) < 0.05)
    #expect(own.turnoverPerYear > 0.8 * daily.turnoverPerYear)
  }

  /// Noise widens with its level, and is the same for every number of threads and run.
  @Test func noiseIsReproducible() throws {
    let (stress, _) = try historical(draws: 6)
    let small = try stress.noisyInputs(0.05)[0]
    let large = try stress.noisyInputs(0.3)[0]
    #expect(small.sharpeHigh - small.sharpeLow < large.sharpeHigh - large.sharpeLow)
    #expect(try stress.noisyInputs(0.05)[0].numbers == small.numbers)
    let wrong = try stress.wrongForecasts(0.3)
    #expect(
      wrong.map(\.strategy).contains("Risk parity") && wrong[0].sharpeLow <= wrong[0].sharpeHigh)
  }

  /// Under each covariance and measure, the weights are those that share that risk out by the budgets.
  @Test func everyMeasureSharesItsRisk() throws {
    let (stress, result) = try historical()
    let figures = try stress.riskMeasures()
    let problem = result.problem
    let rows = Array(problem.rows[problem.tested])
    let budgets = try #require(result.model.budgets)
    func last(_ count: Int, _ row: Int) -> Matrix {
      Matrix(
        rows: count, columns: 3,
        elements: Array(problem.data.returns.elements[(row - count + 1) * 3..<(row + 1) * 3]))
    }
    func check(_ title: String, _ weights: (Int, [Double]) throws -> [Double]) throws {
      for own in [true, false] {
        let strategy = own ? result.model.title : "Risk parity"
        let wanted = try rows.indices.flatMap {
          try weights(rows[$0], own ? Array(budgets.row($0)) : [1, 1, 1])
        }
        let summary = try StressBacktest(problem).summary(
          Matrix(rows: rows.count, columns: 3, elements: wanted), decisionRows: rows)
        let found = try #require(
          figures.first { $0.scenario == title && $0.strategy == strategy })
        #expect(abs(found.sharpeRatio - summary.sharpeRatio) < 1e-6, "\(title), \(strategy)")
        #expect(abs(found.annualVolatility / summary.annualVolatility - 1) < 1e-7)
      }
    }
    try check("volatility, sample 60") {
      try RiskBudgetSolver().solve(
        covariance: SampleCovariance(window: 60).covariance(of: last(60, $0)), budgets: $1
      ).weights
    }
    try check("CVaR 95, 250 rows") {
      try ScenarioRiskBudgetSolver(.cvar(confidence: 0.95)).solve(
        returns: last(250, $0), budgets: $1
      ).weights
    }
  }

  /// Where prices stand still, wealth is what trading costs leave.
  @Test func aFlatFutureKeepsItsWealth() throws {
    let result = try #require(Self.result)
    let flat = FutureMarket(
      returns: Matrix(rows: 25, columns: 3), cash: [Double](repeating: 0, count: 25))
    for outcome in try FrozenEnsemble(result).follow(flat) {
      // Prices stand still; only later trades cost a little.
      #expect(outcome.wealth.count == 6 && outcome.wealth[0] == 1)
      #expect(outcome.wealth[1] == 1)
      #expect(outcome.wealth[5] > 0.995 && outcome.wealth[5] <= 1)
      #expect(outcome.drawdown >= 0 && outcome.drawdown < 0.005)
    }
  }

  /// An asset's gain on the first day pays its weight in the decision that the data's last row gives,
  /// whatever the future is.
  @Test func todaysWeightsAreHeld() throws {
    let result = try #require(Self.result)
    let ensemble = try FrozenEnsemble(result)
    let (problem, every) = (result.problem, result.problem.experiment.decisions.every)
    let today = problem.data.dates.count - 1
    let rows = Array(stride(from: today - ensemble.history * every, through: today, by: every))
    let known = try Problem(problem.experiment, data: problem.data, deciding: rows)
    let decisions = ensemble.history..<rows.count
    let members = try #require(ensemble.folds.last)
    let references = try FrozenEnsemble.references(decisions, of: known)
    let weights = [
      try ensemble.decide(decisions, of: known, by: members).weights, references.riskParity,
      references.equalWeight,
    ]
    #expect(abs(weights[0][0, 0] - weights[1][0, 0]) > 1e-3)
    for asset in 0..<3 {
      var returns = Matrix(rows: 25, columns: 3)
      returns[0, asset] = 0.1
      let outcomes = try ensemble.follow(
        FutureMarket(returns: returns, cash: [Double](repeating: 0, count: 25)))
      for (outcome, held) in zip(outcomes, weights) {
        #expect(abs((outcome.wealth[1] - 1) / 0.1 - held[0, asset]) < 1e-6)
      }
    }
  }

  @Test func pathsHaveStreamsOfTheirOwn() throws {
    let stress = try future()
    let process = try stress.process()
    let all = try stress.paths(0..<4, of: process, rows: 30)
    let third = try stress.paths(2..<3, of: process, rows: 30)
    #expect(third[0] == all[2] && all[0] != all[1])
  }

  /// Stocks and bonds together, and falling, hurt more than as it was.
  @Test func aBreakdownHurts() throws {
    let stress = try future()
    func mean(_ kind: FutureStress.Breakdown) throws -> Double {
      let outcomes = try stress.breakdown(kind, rows: 20, count: 12)
      return Measures.mean(outcomes.map { $0[2].wealth.last ?? 1 })
    }
    #expect(try mean(.falling) < mean(.asItWas))
  }

  @Test func figuresAndFuturesRoundTrip() throws {
    let (stress, result) = try historical()
    var found = StressResult()
    let rows = try stress.tradingCosts()
    try found.add(JSONValue(.array(rows.map(\.json))), of: .costs, file: "a")
    found.add(
      paths: try future().paths(0..<3, of: try future().process(), rows: 30),
      model: result.model.title)
    let path = FileManager.default.temporaryDirectory.path + "/keel-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let directory = RunDirectory(path: path)
    try directory.makeFolder("stress")
    #expect(try StressResult(in: directory) == nil)
    try AtomicFile.write(found.json.text(), to: StressResult.file(directory))
    #expect(try StressResult(in: directory) == found)
    try AtomicFile.write("{\"figures\": {\"costs\": [{}]}}", to: StressResult.file(directory))
    let error = #expect(throws: ExperimentError.self) { try StressResult(in: directory) }
    #expect(error?.description.contains("has no 'scenario'") == true)
    let section = found.section(every: 5, model: result.model.title)
    let html = ReportDocument(title: "t", sections: [section]).html()
    #expect(Markup(html).fault == nil)
  }

  /// A second test of other families adds to the first, and the order of asking does not show.
  @Test func familiesAddUp() throws {
    try withTemporaryDirectory { folder in
      let config = """
        {
          "name": "small", "data": {"simulated": {"market": "usim7", "days": 300, "testDays": 100}},
          "features": {"asset": ["momentum(21)"]},
          "covariance": {"estimator": "ledoit-wolf", "window": 60},
          "model": {"sequence": {"kind": "none"}}, "training": {"epochs": 1, "seeds": 1},
          "folds": {"firstTest": "2020-01-01", "train": 16, "validation": 8, "test": 1000},
          "baselines": ["risk-parity"]
        }
        """
      try AtomicFile.write(config, to: folder + "/small.json")
      let planned = try PlannedRun(
        LoadedExperiment(config: folder + "/small.json"), in: RunDirectory(path: folder + "/run"))
      try Runner(directory: planned.directory, threads: 2).run(planned.works)
      try AtomicFile.write("{}", to: planned.directory.summary)
      let run = try FinishedRun(folder + "/run")
      func perform(_ families: [StressUnit.Family]) throws -> StressResult {
        var plan = StressPlan()
        plan.families = families
        return try StressTest(run, plan: plan).perform(threads: 2)
      }
      #expect(try perform([.lag]).figures.map(\.family) == [.lag])
      let both = try perform([.costs])
      #expect(both.figures.map(\.family) == [.costs, .lag])
      #expect(try StressResult(in: run.directory) == both)
      #expect(try perform([.lag, .costs]) == both)
    }
  }

  @Test func unitsHaveDifferentNames() throws {
    let experiment = try SmallExperiment.experiment(Self.overrides)
    let units = StressPlan().units(experiment)
    #expect(Set(units.map(\.name)).count == units.count)
    #expect(units.filter { $0.family == .paths }.count == 40)
    let plain = try SmallExperiment.experiment()
    #expect(!StressPlan().units(plain).contains { $0.family == .breakdown })
  }
}
