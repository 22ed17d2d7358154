import Autodiff
import Finance
import Foundation
import Testing

@testable import Train

/// A dual-layer model trained by the ordinary trainer, on a market whose regimes its indicator shows.
@Suite struct TrainedDualLayerTests {
  private static let config = """
    {
      "name": "dual",
      "data": {"prices": "unused.csv", "assets": ["VTI", "IWM", "AGG", "LQD", "MUB", "DBC", "GLD"],
               "indicators": "unused.csv"},
      "decisions": {"every": 21},
      "covariance": {"estimator": "sample", "window": 60},
      "model": {"dualLayer": {
        "classes": {"VTI": "equities", "IWM": "equities", "AGG": "bonds", "LQD": "bonds",
                    "MUB": "bonds", "DBC": "commodities", "GLD": "commodities"},
        "cycle": {"indicators": ["-STATE"], "horizon": 21},
        "volatility": {"asset": "VTI"}}},
      "training": {"epochs": 12, "patience": 12, "learningRate": 0.03},
      "folds": {"firstTest": "2006-03-01", "train": 20, "validation": 12, "test": 12, "purge": 2},
      "baselines": ["risk-parity", "constant-budgets"]
    }
    """

  private static let data = KnownTruth.regimes.simulate(
    rows: 2400, generator: SplitMix64(seed: 4)
  ).data

  private func problem(_ overrides: [String] = []) throws -> Problem {
    var document = try ConfigDocument(parsing: Self.config, file: "dual.json")
    for override in overrides { try document.apply(ConfigOverride(parsing: override)) }
    return try Problem(document.decode { Experiment($0) }.value, data: Self.data)
  }

  @Test func tableThresholdsAndRatesAreTrained() throws {
    let problem = try problem()
    #expect(problem.experiment.indicatorNames == ["STATE"])
    #expect(try problem.checkModel().map(\.name).contains("dualLayer"))
    #expect(Set(problem.units.map(\.member)) == [.network(seed: 0), .constants(number: 0)])
    let unit = WorkUnit(fold: problem.folds[0], member: .network(seed: 0))
    let fitter = try Fitter(problem, unit)
    let state = try fitter.fit(from: fitter.initialState)
    #expect(state.epochs[12].train < state.epochs[0].train - 0.02)
    let start = fitter.initialState.parameters
    for name in ["table", "cycle", "volatility", "tactics", "smoothing"] {
      let entry = try #require(start.entries.first { $0.name == "policy.dualLayer.\(name)" })
      #expect(start.values[entry.range] != state.parameters.values[entry.range], "\(name)")
    }
  }

  /// Untrained budgets are the hard model's where signals are far from thresholds and budgets settled:
  /// on average they are close to it everywhere.
  @Test func theStartIsTheModelWithSoftThresholds() throws {
    let problem = try problem()
    let fitter = try Fitter(
      problem, WorkUnit(fold: problem.folds[0], member: .network(seed: 0)))
    let decided = try fitter.decide(problem.tested, fitter.initialState.parameters)
    var model = try #require(problem.experiment.model.dualLayer)
    model.covariance = .rolling(window: 60)
    let rows = problem.testedRows
    let run = try model.run(in: rows, of: problem.data, lag: 1)
    var gap = 0.0
    for (k, decision) in problem.tested.enumerated() {
      let row = problem.rows[decision]
      let last = run.decisions.rows.lastIndex { $0 <= row } ?? 0
      let hard = try #require(run.decisions.budgets).row(last)
      gap += zip(decided.budgets.row(k), hard).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
      #expect(abs(decided.budgets.row(k).reduce(0, +) - 1) < 1e-5)
    }
    #expect(gap / Double(problem.tested.count) < 0.12)
  }

  @Test func theTrainableModelDoesNotLookAhead() throws {
    let problem = try problem(["training.epochs=2"])
    for outcome in try LeakTest(problem: problem).run() {
      #expect(outcome.differences.isEmpty, "\(outcome)")
    }
    // Negative control: signals of the decision's own row are seen to change.
    let fold = problem.folds[0]
    let decision = fold.test.lowerBound + 3
    var generator = SplitMix64(seed: 1)
    let early = problem.data.corrupted(after: problem.rows[decision] - 1, generator: &generator)
    let outcome = try LeakTest(problem: problem).compare(decision, fold: fold, with: early)
    for part in ["market signals", "asset signals", "weights"] {
      #expect(outcome.differences.contains { $0.hasPrefix(part) }, "\(part) in \(outcome)")
    }
  }

  @Test func aRunHasBudgetsAndTheRuleBesideIt() throws {
    let rule = """
      baselines=["risk-parity", {"rule": "dual-layer", "classes": {"VTI": "equities",
        "IWM": "equities", "AGG": "bonds", "LQD": "bonds", "MUB": "bonds", "DBC": "commodities",
        "GLD": "commodities"}, "cycle": {"indicators": ["-STATE"]}}]
      """
    let result = try SmallExperiment.run(try problem(["training.epochs=2", rule]))
    #expect(result.model.budgets?.rows == result.problem.tested.count)
    let hard = result.baselines[1]
    #expect(hard.key == "dual-layer" && hard.events.count == hard.rows.count)
    #expect(hard.events[0].triggers == [.start])
    #expect(hard.summary.sharpeRatio.isFinite)
  }

  @Test func anIndicatorThatIsMissingIsNamed() throws {
    let error = #expect(throws: ExperimentError.self) {
      try problem(["model.dualLayer.cycle.indicators=[\"STAT\"]"])
    }
    #expect(error?.description.contains("no indicator 'STAT'; did you mean 'STATE'?") == true)
  }
}
