internal import Autodiff
internal import Finance

/// One experiment at several values of one key, and the value chosen fold by fold on validation data.
///
/// The choice sees what a fold sees: of each value the ensemble's net returns on the fold's validation
/// decisions, by the ``OneStandardErrorRule``. The chosen values' tests, one after the other, are an
/// out-of-sample result like any other; the results of single values are not, once one looks at them
/// to choose.
struct Sweep {
  /// What one value gives.
  struct Point: Sendable {
    let value: Double
    let result: RunResult
    /// Net returns in excess of cash of each fold's validation periods.
    let validation: [[Double]]

    /// The mean over folds of the annual Sharpe ratio in validation.
    var validationSharpe: Double {
      let annual = result.problem.periodsPerYear.squareRoot()
      return Measures.mean(
        validation.map { annual * Measures.mean($0) / Measures.standardDeviation($0) })
    }
  }

  let key: String
  /// By value, ascending.
  let points: [Point]
  /// The number of the chosen point of each fold.
  let choices: [Int]
  /// The tests of the chosen points, one after the other.
  let chosen: StrategyResult

  /// Throws an ``ExperimentError`` for values that are not judged on the same decisions.
  init(key: String, points: [Point]) throws {
    self.key = key
    let points = points.sorted { $0.value < $1.value }
    self.points = points
    try Self.requireSameDecisions(key, points.map { ($0.value, $0.result.problem) })
    let problem = points[0].result.problem
    let choices = problem.folds.indices.map { fold in
      OneStandardErrorRule.choice(among: points.map { $0.validation[fold] })
    }
    self.choices = choices
    var weights = points[0].result.model.weights
    var row = 0
    for (fold, choice) in zip(problem.folds, choices) {
      for _ in fold.test {
        for i in 0..<weights.columns {
          weights[row, i] = points[choice].result.model.weights[row, i]
        }
        row += 1
      }
    }
    chosen = try StrategyResult(
      "Chosen on validation", key: "chosen", weights: weights, of: problem)
  }

  /// Throws an ``ExperimentError`` where two values are not validated and tested on the same decisions: they
  /// are compared in pairs, period by period.
  static func requireSameDecisions(
    _ key: String, _ problems: [(value: Double, problem: Problem)]
  ) throws {
    guard let (value, first) = problems.first else { return }
    let reference = blocks(of: first)
    for (other, problem) in problems.dropFirst() {
      let own = blocks(of: problem)
      let differing = zip(reference, own).first { $0.dates != $1.dates }
      guard differing != nil || own.count != reference.count else { continue }
      throw ExperimentError(
        "\(key): value \(value) \(differing?.0.text ?? "has \(first.folds.count) folds"), value \(other) "
          + "\(differing?.1.text ?? "\(problem.folds.count)"); a sweep compares values on the same "
          + "decisions: choose a key that leaves decisions and folds as they are, or set "
          + "decisions.firstRow where a longer history moves them")
    }
  }

  /// The dates of the decisions that each fold validates and tests on, and what to call them.
  private static func blocks(of problem: Problem) -> [(text: String, dates: [CalendarDate])] {
    problem.folds.flatMap { fold in
      let validations = fold.namedSplits.map { ("validates fold \($0.name)", $0.split.validation) }
      let tests = fold.testParts.map { ("tests fold \(fold.index + 1)", $0) }
      return (validations + tests).map { use, decisions in
        let dates = decisions.map { problem.data.dates[problem.rows[$0]] }
        return ("\(use) on \(dates.count) decisions from \(dates[0]) on", dates)
      }
    }
  }

  /// The ensemble's net returns in excess of cash in the validation of each fold; where validation rotates,
  /// block after block those of the members that it chose the epochs of.
  static func validation(of result: RunResult) throws -> [[Double]] {
    let problem = result.problem
    return try problem.folds.map { fold in
      try fold.splits.flatMap { split in
        let members = result.fits.filter {
          $0.unit.fold == fold && $0.unit.member.isOfModel
            && fold.split(of: $0.unit.member) == split
        }
        return try validation(of: members, in: fold, on: split.validation, in: problem)
      }
    }
  }

  /// The net returns in excess of cash of some members' mean weights.
  private static func validation(
    of members: [FittedUnit], in fold: Fold, on decisions: Range<Int>, in problem: Problem
  ) throws -> [Double] {
    var weights: Matrix?
    for fit in members {
      let fitter = try Fitter(problem, fit.unit)
      let decided = try fitter.decide(decisions, fit.state.best).weights
      if var sum = weights {
        for i in sum.elements.indices { sum.elements[i] += decided.elements[i] }
        weights = sum
      } else {
        weights = decided
      }
    }
    guard var mean = weights else { throw ExperimentError("\(fold.folder): no network to sweep") }
    for i in mean.elements.indices { mean.elements[i] /= Double(members.count) }
    let span = problem.span(of: decisions)
    let path = try PortfolioPath.simulate(
      assetReturns: span.assetReturns, cashReturns: span.cashReturns,
      decisionRows: span.tradeRows, lag: 0, weights: mean, costs: problem.costs)
    return excess(path.returns, span)
  }

  /// Net returns of the holding periods in excess of cash.
  static func excess(_ returns: [Double], _ span: RowSpan) -> [Double] {
    let periods = HoldingPeriods(tradeRows: span.tradeRows, rowCount: span.cashReturns.count)
    return zip(periods.compound(returns), periods.compound(span.cashReturns)).map { $0 - $1 }
  }

  /// The excess returns of a strategy's tests, by holding period.
  func excess(of strategy: StrategyResult) -> [Double] {
    let problem = points[0].result.problem
    return Self.excess(strategy.path.returns, problem.span(of: problem.tested))
  }
}
