internal import Finance

extension Baseline {
  /// What a strategy decided in the tests, and why where it says so.
  struct Outcome: Sendable {
    let decisions: StrategyDecisions
    /// The covariances that a rule read, by row; nil where it has others of its own.
    let covariances: [Int: Matrix]?
    /// The triggers of a dual-layer model; empty for rules.
    let events: [TriggerEvent]
  }

  /// What it decides on the rows of a problem's tests, or up to an earlier row; nil where that takes
  /// training.
  ///
  /// Throws an ``ExperimentError`` naming the date of a decision it has no answer for.
  func decide(in problem: Problem, through last: Int? = nil) throws -> Outcome? {
    var range = problem.testedRows
    if let last { range = range.clamped(to: 0..<last + 1) }
    do {
      switch strategy {
      case .learnedConstants, .forecast: return nil
      case .rule(let rule):
        let schedule = schedule ?? .every(problem.experiment.decisions.every)
        let covariances = try problem.covariances(
          atRows: schedule.rows(in: range, of: problem.data.dates))
        let decisions = try RuleBacktest(rule.among(problem), schedule: schedule, band: band)
          .decisions(in: range, of: problem.data, lag: problem.experiment.execution.lag) { row in
            guard let covariance = covariances[row] else {
              fatalError("\(title): row \(row) is not one of its schedule's")
            }
            return covariance
          }
        return Outcome(decisions: decisions, covariances: covariances, events: [])
      case .dualLayer(let model):
        let run = try model.run(
          in: range, of: problem.data, lag: problem.experiment.execution.lag)
        return Outcome(decisions: run.decisions, covariances: nil, events: run.events)
      }
    } catch let error as RuleFailure {
      throw ExperimentError("\(title), decision of \(problem.data.dates[error.row]): \(error)")
    } catch let error as DualLayerError { throw ExperimentError("\(title): \(error)") }
  }

  /// What it holds after the last row of a problem's data, and the risk budgets it aims at there; shares of
  /// risk for a rule without budgets, nil where that takes training.
  ///
  /// A dual-layer model runs from the date of the first test on: with nothing to trade it holds what it
  /// held. Throws as ``decide(in:through:)`` does.
  func latest(in problem: Problem) throws -> (weights: [Double], budgets: [Double])? {
    let data = problem.data
    let last = data.dates.count - 1
    do {
      switch strategy {
      case .learnedConstants, .forecast: return nil
      case .rule(let rule):
        guard last >= rule.requiredRows else {
          throw ExperimentError(
            "\(title) needs \(rule.requiredRows) rows of returns, but there are \(last)")
        }
        guard let covariance = try problem.covariances(atRows: [last])[last] else { return nil }
        let weights = try rule.among(problem).weights(
          at: DecisionPoint(row: last, of: data, covariance: covariance))
        return (weights, RiskDecomposition.byAsset(weights: weights, covariance: covariance))
      case .dualLayer(let model):
        let first = problem.experiment.folds.firstTest
        let start = data.dates.rows(from: first, through: nil).lowerBound
        let run = try model.run(
          in: min(start, last)..<last + 1, of: data, lag: problem.experiment.execution.lag)
        return (run.holdings, run.budgets)
      }
    } catch let error as RuleFailure {
      throw ExperimentError("\(title), decision of \(data.dates[error.row]): \(error)")
    } catch let error as DualLayerError { throw ExperimentError("\(title): \(error)") }
  }

  /// The indicators it reads.
  var indicatorNames: [String] {
    if case .dualLayer(let model) = strategy { model.indicatorNames } else { [] }
  }
}

extension DecisionRule {
  /// The rule in the universe of an experiment, which grows where assets are listed late.
  fileprivate func among(_ problem: Problem) -> any DecisionRule {
    problem.data.isComplete
      ? self : UniverseRule(rule: self, history: Problem.history(problem.experiment))
  }
}
