import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct RunEvidenceTests {
  static func result(_ overrides: [String] = []) throws -> RunResult {
    try SmallExperiment.run(try SmallExperiment.problem(overrides))
  }

  /// The same figures as the summary, computed on another way.
  @Test func periodsGiveTheSharpeRatioOfTheSummary() throws {
    let result = try Self.result()
    for strategy in result.strategies {
      let returns = PeriodReturns(strategy, of: result.problem)
      let sharpe = Measures.sharpeRatio(
        returns.excess, periodsPerYear: result.problem.periodsPerYear)
      #expect(abs(sharpe / strategy.summary.sharpeRatio - 1) < 0.02)
      #expect(zip(returns.gross, returns.excess).allSatisfy { $0 >= $1 - 1e-15 })
      #expect(
        abs(returns.turnover.reduce(0, +) - strategy.path.turnover.reduce(0, +)) < 1e-12)
    }
  }

  @Test func nothingIsComparedWithItself() throws {
    let result = try Self.result()
    let evidence = try RunEvidence(result)
    let parity = try #require(evidence.strategies["risk-parity"])
    let equal = try #require(evidence.strategies["equal-weight"])
    #expect(parity.againstRiskParity.isNaN && equal.againstEqualWeight.isNaN)
    for own in evidence.strategies.values {
      for p in [own.againstEqualWeight, own.againstRiskParity] where !p.isNaN {
        #expect(p > 0 && p <= 1)
      }
      #expect(own.deflatedSharpe >= 0 && own.deflatedSharpe <= 1)
    }
  }

  /// More trials make the same result less convincing.
  @Test func trialsDeflate() throws {
    let result = try Self.result()
    let one = try RunEvidence(result, trials: 1)
    let many = try RunEvidence(result, trials: 1000)
    for key in one.strategies.keys {
      let (a, b) = (try #require(one.strategies[key]), try #require(many.strategies[key]))
      #expect(a.deflatedSharpe > b.deflatedSharpe)
      #expect(a.sharpeInterval == b.sharpeInterval)
    }
  }

  /// No constant budgets are better, equal ones and random ones among them.
  @Test func nothingConstantBeatsTheCeiling() throws {
    let problem = try SmallExperiment.problem()
    let ceiling = try HindsightCeiling(problem)
    #expect(abs(ceiling.budgets.reduce(0, +) - 1) < 1e-5)
    #expect(ceiling.budgets.allSatisfy { $0 >= 0.1 / 3 - 1e-6 && $0 <= 2.5 / 3 + 1e-6 })
    var generator = SplitMix64(seed: 9)
    let bounds = try BudgetBounds(count: 3, floor: 0.1, cap: 2.5)
    for _ in 0..<20 {
      var (budgets, slopes) = ([0.0, 0, 0], [0.0, 0, 0])
      try BudgetHead.forward(
        count: 3, scores: generator.normals(3).map { 3 * $0 }, lower: bounds.lower,
        upper: bounds.upper, budgets: &budgets, slopes: &slopes)
      var weights = Matrix(rows: problem.tested.count, columns: 3)
      for (row, decision) in problem.tested.enumerated() {
        let covariance = Matrix(
          rows: 3, columns: 3,
          elements: Array(problem.covariances[decision * 9..<(decision + 1) * 9]))
        let solved = try RiskBudgetSolver().solve(covariance: covariance, budgets: budgets)
        for i in 0..<3 { weights[row, i] = solved.weights[i] }
      }
      let random = try StrategyResult("random", key: "random", weights: weights, of: problem)
      let returns = PeriodReturns(random, of: problem)
      let sharpe = Measures.sharpeRatio(returns.excess, periodsPerYear: problem.periodsPerYear)
      #expect(sharpe <= ceiling.sharpeRatio + 5e-3)
    }
  }

  @Test func withoutEquitiesThereAreNoLeads() throws {
    #expect(StressEvidence.all(try Self.result()).isEmpty)
  }

  /// The small experiment's test periods hold the end of the dot-com bust, not the whole of it.
  @Test func onlyWholeWindowsCount() throws {
    #expect(StressEvidence.all(try Self.result(["report.equities=[\"A\"]"])).isEmpty)
  }

  /// The small experiment as if its tests began in March 2010.
  private static func flashCrash() throws -> RunResult {
    let data = SmallExperiment.data
    let first = CalendarDate(days: 14_180)
    let moved = MarketData(
      dates: CalendarDate.weekdays(from: first, count: data.dates.count), assets: data.assets,
      prices: data.prices, cashLevels: data.cashLevels, indicatorNames: data.indicatorNames,
      indicators: data.indicators)
    let start = try #require(
      data.dates.firstIndex { $0 >= CalendarDate(year: 2001, month: 6, day: 1) ?? $0 })
    let experiment = try SmallExperiment.experiment([
      "report.equities=[\"A\"]", "folds.firstTest=\"\(moved.dates[start])\"",
    ])
    return try SmallExperiment.run(try Problem(experiment, data: moved))
  }

  @Test func leadsStandBesideRandomWindows() throws {
    let result = try Self.flashCrash()
    let all = StressEvidence.all(result)
    #expect(all.map(\.window.name) == ["Flash crash 2010"])
    let entry = try #require(all.first)
    #expect(entry.outcomes.map(\.strategy) == [result.model.title, "Risk parity"])
    #expect(entry.peak < entry.trough && entry.equityDrawdown > 0)
    for outcome in entry.outcomes {
      let slow = try #require(outcome.slow)
      #expect(outcome.own.placebo.count == 1000 && slow.placebo.count == 1000)
      // Windows all over the tests: some have a cut, not all the same one.
      #expect(Set(slow.placebo).count > 1)
    }
    // Risk parity's own contributions never change.
    let parity = entry.outcomes[1].own
    #expect(parity.days == nil && parity.placeboRate == 0 && parity.placeboShare == nil)
    #expect(StressEvidence.all(result).first?.outcomes == entry.outcomes)
  }

  @Test func aLeadIsCountedAmongRandomOnes() {
    let lead = StressEvidence.Lead(days: 10, placebo: [nil, 5, 10, 20])
    #expect(lead.placeboShare == 0.5 && lead.placeboRate == 0.75)
    #expect(StressEvidence.Lead(days: nil, placebo: [1]).placeboShare == nil)
  }

  @Test func unknownEquitiesAreRefused() {
    #expect(throws: ConfigError.self) {
      try SmallExperiment.experiment(["report.equities=[\"a\"]"])
    }
    #expect(throws: ConfigError.self) {
      try SmallExperiment.experiment(["report.equities=[\"A\"]", "report.bonds=[\"A\"]"])
    }
  }
}
