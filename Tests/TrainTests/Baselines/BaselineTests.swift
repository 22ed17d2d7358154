import Autodiff
import Finance
import Foundation
import Testing

@testable import Train

@Suite struct BaselineTests {
  static let all = """
    baselines=["equal-weight", "inverse-volatility", "risk-parity", "minimum-variance",
      "maximum-diversification", {"rule": "mean-variance", "window": 60, "cap": 2},
      {"rule": "maximum-sharpe", "window": 60, "floor": 0.1},
      {"rule": "minimum-cvar", "window": 60, "level": 0.9}, "hrp", "herc", "nco",
      {"rule": "fixed-mix", "weights": {"A": 0.6, "B": 0.4}},
      {"rule": "volatility-target", "of": "minimum-variance", "target": 0.05},
      {"rule": "momentum-gate", "window": 60},
      {"rule": "risk-parity", "name": "parity monthly", "rebalance": "monthly"},
      {"rule": "risk-parity", "name": "parity banded", "band": 0.02}]
    """

  private func problem(_ overrides: [String]) throws -> Problem {
    try SmallExperiment.problem(overrides + ["training.epochs=1", "training.seeds=1"])
  }

  @Test func everyRuleRunsThroughTheBacktest() throws {
    let problem = try problem([Self.all])
    let result = try SmallExperiment.run(problem)
    #expect(result.baselines.count == 16)
    #expect(
      Set(result.baselines.map(\.key)).isSuperset(
        of: Set(BaselineRule.allCases.map(\.rawValue)).subtracting([
          "constant-budgets", "dual-layer", "forecast-risk-parity", "forecast-hrp",
          "forecast-mean-variance",
        ])))
    for strategy in result.baselines {
      for row in 0..<strategy.weights.rows {
        let weights = strategy.weights.row(row)
        #expect(weights.allSatisfy { $0 >= 0 }, "\(strategy.title)")
        #expect(weights.reduce(0, +) < 1 + 1e-12, "\(strategy.title)")
      }
      #expect(strategy.summary.sharpeRatio.isFinite)
      #expect(strategy.path.returns.count == result.model.path.returns.count)
      #expect(strategy.rows[0] == problem.rows[problem.tested.lowerBound])
    }
    let titles = Dictionary(uniqueKeysWithValues: result.baselines.map { ($0.key, $0.title) })
    #expect(titles["fixed-mix"] == "60/40 A/B")
    #expect(titles["momentum-gate"] == "Risk parity, gate over 60 rows (rule)")
    #expect(titles["parity-monthly"] == "parity monthly")
  }

  /// Weights on the experiment's decisions are those of the rule under the decisions' covariances.
  @Test func aRuleReadsTheCovarianceOfItsRow() throws {
    let problem = try problem(["baselines=[\"risk-parity\", {\"rule\": \"hrp\", \"every\": 3}]"])
    let result = try SmallExperiment.run(problem)
    for (k, decision) in problem.tested.enumerated() {
      let expected = try RiskParity().weights(covariance: problem.covariance(ofDecision: decision))
      #expect(Array(result.baselines[0].weights.row(k)) == expected)
    }
    let hrp = result.baselines[1]
    #expect(zip(hrp.rows, hrp.rows.dropFirst()).allSatisfy { $1 - $0 == 3 })
    #expect(hrp.rows.last ?? 0 < problem.testedRows.upperBound)
    for (k, row) in hrp.rows.enumerated() {
      let returns = Matrix(
        rows: 30, columns: 3,
        elements: Array(problem.data.returns.elements[(row - 29) * 3..<(row + 1) * 3]))
      let covariance = SampleCovariance(window: 30).covariance(of: returns)
      #expect(
        Array(hrp.weights.row(k))
          == (try HierarchicalRiskParity().weights(covariance: covariance)))
    }
  }

  @Test func aGateHoldsCashInTheAssetsPlace() throws {
    let problem = try problem([
      "baselines=[\"risk-parity\", {\"rule\": \"momentum-gate\", \"window\": 40}]"
    ])
    let result = try SmallExperiment.run(problem)
    let (plain, gated) = (result.baselines[0], result.baselines[1])
    let data = problem.data
    var shut = 0
    for (k, row) in gated.rows.enumerated() {
      let cash = (row - 39...row).reduce(1.0) { $0 * (1 + data.cashReturns[$1]) }
      for i in 0..<3 {
        let growth = (row - 39...row).reduce(1.0) { $0 * (1 + data.returns[$1, i]) }
        let expected = growth > cash ? plain.weights[k, i] : 0
        #expect(gated.weights[k, i] == expected)
        shut += expected == 0 ? 1 : 0
      }
    }
    #expect(shut > 5 && shut < gated.rows.count * 3 - 5)
  }

  /// Within its band nothing is traded; a wider band trades less.
  @Test func aBandSparesTrades() throws {
    let bands = [0, 0.01, 0.03, 0.99]
    let problem = try problem([
      "baselines=["
        + bands.map {
          "{\"rule\": \"fixed-mix\", \"weights\": {\"A\": 0.5, \"C\": 0.5}, "
            + "\"name\": \"band \($0)\", \"band\": \($0), \"every\": 1}"
        }.joined(separator: ", ") + "]"
    ])
    let results = try SmallExperiment.run(problem).baselines
    let counts = results.map(\.rows.count)
    #expect(counts[0] == problem.testedRows.count)
    #expect(counts[0] > counts[1] && counts[1] > counts[2] && counts[2] > counts[3])
    #expect(counts[3] == 1)
    // Every trade but the first was worth it, by the holdings at the close that decided.
    let first = problem.span(of: problem.tested).firstRow
    for k in 1..<counts[1] {
      let held = results[1].path.holdings.row(results[1].rows[k] + 1 - first)
      let gap = zip(held, results[1].weights.row(k)).map { abs($0 - $1) }.max() ?? 0
      #expect(gap > 0.01)
    }
  }

  @Test func aStrategyStandsInTheModelsPlace() throws {
    let problem = try SmallExperiment.problem([
      "strategy={\"rule\": \"maximum-diversification\", \"rebalance\": \"monthly\"}",
      "baselines=[{\"rule\": \"maximum-diversification\", \"rebalance\": \"monthly\"}, "
        + "\"equal-weight\"]",
    ])
    #expect(problem.units.isEmpty)
    let result = try SmallExperiment.run(problem)
    #expect(result.members.isEmpty && result.model.key == "model")
    #expect(result.model.path == result.baselines[0].path)
    #expect(result.model.path != result.baselines[1].path)
    for outcome in try LeakTest(problem: problem).run() {
      #expect(outcome.differences.isEmpty && outcome.compared > 100)
    }
  }

  @Test func noBaselineLooksAhead() throws {
    let problem = try problem([Self.all])
    for outcome in try LeakTest(problem: problem).run() {
      #expect(outcome.differences.isEmpty, "\(outcome)")
    }
    // Negative control: data that change one row too early are seen.
    let fold = problem.folds[0]
    let decision = fold.test.lowerBound + 3
    var generator = SplitMix64(seed: 1)
    let early = problem.data.corrupted(after: problem.rows[decision] - 1, generator: &generator)
    let outcome = try LeakTest(problem: problem).compare(decision, fold: fold, with: early)
    #expect(outcome.differences.contains { $0.hasPrefix("weights of Minimum CVaR") })
    #expect(!outcome.differences.contains { $0.hasPrefix("rows of") && !$0.contains("banded") })
  }

  @Test func tooLittleHistoryNamesTheDate() throws {
    let problem = try problem(["baselines=[{\"rule\": \"minimum-cvar\", \"window\": 5000}]"])
    let error = #expect(throws: ExperimentError.self) { try SmallExperiment.run(problem) }
    #expect(
      error?.description.contains("minimum CVaR needs 5000 rows of returns before it") == true)
    #expect(error?.description.hasPrefix("Minimum CVaR, decision of 2001-06-") == true)
  }

  private func problems(_ override: String) -> [String] {
    do {
      _ = try SmallExperiment.experiment([override])
      return []
    } catch let error as ConfigError {
      return error.problems.map(\.description)
    } catch { return ["\(error)"] }
  }

  /// What stands in for a faulty baseline is not compared with the others.
  @Test func oneFaultIsOneMessage() {
    #expect(problems("baselines=[\"equal-weight\", \"risk-parit\", \"hpr\"]").count == 2)
  }

  @Test func faultsAreNamedWithTheirPlace() {
    #expect(
      problems("baselines=[\"risk-parit\"]").first?.contains("did you mean 'risk-parity'?") == true)
    #expect(problems("baselines=[\"risk-parit\"]").first?.contains("$.baselines[0].rule") == true)
    #expect(
      problems("baselines=[\"hrp\", \"hrp\"]").first?.contains("'hrp' is there twice") == true)
    #expect(
      problems("baselines=[{\"rule\": \"hrp\", \"floor\": 1}]").first?.contains(
        "unknown key 'floor'")
        == true)
    let unknown = problems("baselines=[{\"rule\": \"fixed-mix\", \"weights\": {\"D\": 1}}]")
    #expect(unknown.first?.contains("'D' is not an asset of the experiment") == true)
    let sum = problems("baselines=[{\"rule\": \"fixed-mix\", \"weights\": {\"A\": 0.7}}]")
    #expect(sum.first?.contains("the weights sum to 0.7; expected 1") == true)
    #expect(
      problems("baselines=[{\"rule\": \"hrp\", \"every\": 5, \"rebalance\": \"weekly\"}]").count
        == 1)
    #expect(
      problems("baselines=[{\"rule\": \"momentum-gate\", \"of\": \"constant-budgets\"}]").first?
        .contains("expected a rule without training") == true)
    #expect(problems("baselines=7").first?.contains("an array of names or objects") == true)
    #expect(problems("strategy=constant-budgets").count == 1)
  }

  @Test func theResolvedConfigDecodesToItself() throws {
    var document = try ConfigDocument(parsing: SmallExperiment.config, file: "small.json")
    try document.apply(ConfigOverride(parsing: Self.all))
    try document.apply(ConfigOverride(parsing: "strategy=hrp"))
    let first = try document.decode { Experiment($0) }
    let again = try ConfigDocument(parsing: first.resolved.text(), file: "resolved.json")
      .decode { Experiment($0) }
    #expect(again.resolved == first.resolved)
    #expect(first.resolved.text(.compact).contains("\"linkage\":\"single\""))
  }
}
