internal import Autodiff
internal import Finance

/// What a run's results are worth, computed once for report and summary.
struct RunEvidence: Sendable {
  let result: RunResult
  /// By the strategies' keys.
  let strategies: [String: StrategyEvidence]
  let ceiling: HindsightCeiling
  let stress: [StressEvidence]
  /// Configurations tried, itself included.
  let trials: Int

  init(_ result: RunResult, trials: Int? = nil) throws {
    self.result = result
    let problem = result.problem
    let count = trials ?? problem.experiment.report.trials
    self.trials = count
    let returns = result.strategies.map { PeriodReturns($0, of: problem) }
    func reference(_ baseline: BaselineRule) -> PeriodReturns? {
      zip(result.strategies, returns).first { $0.0.key == baseline.rawValue }?.1
    }
    let (equal, parity) = (reference(.equalWeight), reference(.riskParity))
    let generator = SplitMix64(seed: UInt64(problem.experiment.seed)).split("evidence")
    var strategies: [String: StrategyEvidence] = [:]
    for (strategy, own) in zip(result.strategies, returns) {
      strategies[strategy.key] = StrategyEvidence(
        own, equalWeight: equal, riskParity: parity, trials: count,
        periodsPerYear: problem.periodsPerYear, generator: generator.split(strategy.key))
    }
    self.strategies = strategies
    ceiling = try HindsightCeiling(problem)
    stress = StressEvidence.all(result)
  }

  subscript(_ strategy: StrategyResult) -> StrategyEvidence? { strategies[strategy.key] }

  /// Risk parity, where the run has it.
  var riskParity: StrategyResult? {
    result.baselines.first { $0.key == BaselineRule.riskParity.rawValue }
  }

  /// Standard errors that a true difference must have for a two-sided 5 % test to find it in four cases
  /// of five: `1.96 + 0.84`.
  static let detectable = 2.8016

  /// The smallest true difference of annual Sharpe ratios to risk parity that can be told from none on
  /// this many periods.
  var detectableDifference: Double {
    Self.detectable * (self[result.model]?.differenceError ?? .nan)
  }

  /// The smallest true annual Sharpe ratio that a one-sided 5 % test finds in four cases of five.
  var detectableSharpe: Double {
    SharpeStatistics.minimumDetectable(count: result.problem.tested.count)
      * result.problem.periodsPerYear.squareRoot()
  }

  /// For `summary.json`.
  var json: JSONValue {
    JSONValue(object: [
      ("trials", JSONValue(trials)),
      ("hindsightCeiling", JSONValue(ceiling.sharpeRatio)),
      (
        "hindsightBudgets",
        JSONValue(
          object: zip(result.problem.data.assets, ceiling.budgets).map { ($0, JSONValue($1)) })
      ),
      ("detectableDifference", JSONValue(detectableDifference)),
      ("detectableSharpe", JSONValue(detectableSharpe)),
      (
        "strategies",
        JSONValue(
          object: result.strategies.compactMap { strategy in
            self[strategy].map { (strategy.key, Self.json($0)) }
          })
      ),
    ])
  }

  private static func json(_ evidence: StrategyEvidence) -> JSONValue {
    JSONValue(object: [
      (
        "sharpeInterval",
        evidence.sharpeInterval.map { JSONValue([$0.lowerBound, $0.upperBound]) } ?? nil
      ),
      ("deflatedSharpe", JSONValue(evidence.deflatedSharpe)),
      ("breakEvenCostBasisPoints", JSONValue(evidence.breakEvenCost * 1e4)),
      ("pValueEqualWeight", JSONValue(evidence.againstEqualWeight)),
      ("pValueRiskParity", JSONValue(evidence.againstRiskParity)),
    ])
  }
}
