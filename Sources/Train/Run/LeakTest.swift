internal import Autodiff
internal import Finance

/// Proves on an experiment's own data that nothing looks ahead.
///
/// Every price and indicator after a cut is replaced by noise; then everything the experiment
/// knows, decides and earns up to the cut must have the same bits as before: universe, features and
/// covariances of every decision up to it, the trained parameters of the fold that tests there,
/// that fold's weights up to the cut, their net returns up to the cut's row, and what every baseline
/// decides or has forecast until then. Of pooled universes everything after the end of the training is
/// replaced; they must not change what is trained.
///
/// A combinatorial fold trains on decisions after its tests, which see the noise by design: where any
/// training decision follows the cut, training is left out, and the outcome says so.
struct LeakTest: Sendable {
  /// Epochs of the short trainings that are compared.
  static let epochs = 2

  /// One cut and what differed there; nothing, if the test passed.
  struct Outcome: Sendable {
    let date: CalendarDate
    let fold: Int
    /// How many numbers were compared.
    let compared: Int
    /// The fold's training decisions, and how many of them follow the cut; where any does, nothing that is
    /// trained is compared.
    let training: (decisions: Int, after: Int)
    /// The date after which the pooled universes were replaced, too; nil without any.
    let trainingEnd: CalendarDate?
    let differences: [String]
  }

  let problem: Problem

  /// Tests the middle of up to three folds.
  func run() throws -> [Outcome] {
    let folds = problem.folds
    let chosen = Set([0, folds.count / 2, folds.count - 1]).sorted()
    var generator = SplitMix64(seed: UInt64(problem.experiment.seed)).split("leak test")
    return try chosen.map { index in
      let test = folds[index].test
      let decision = test.lowerBound + test.count / 2
      let noisy = problem.data.corrupted(after: problem.rows[decision], generator: &generator)
      let end = trainingEnd(folds[index])
      let pool = problem.pool.map { universe in
        let data = universe.problem.data
        return data.corrupted(
          after: data.dates.lastRow(onOrBefore: end) ?? 0, generator: &generator)
      }
      return try compare(decision, fold: folds[index], with: noisy, pool: pool)
    }
  }

  /// The split of a fold that is tested: where validation rotates, each of the tested folds has another
  /// block's turn.
  private func split(_ fold: Fold) -> (number: Int, split: Fold.Split) {
    let number = fold.index % fold.splits.count
    return (number, fold.splits[number])
  }

  /// The date after which nothing of a pooled universe may matter to a fold.
  func trainingEnd(_ fold: Fold) -> CalendarDate {
    let last = split(fold).split.trainParts.map(\.upperBound).max() ?? 1
    return problem.holdingEnd(last - 1)
  }

  /// What differs up to `decision` when the data are replaced by `other`, and those of the pooled universes
  /// by `pool`.
  func compare(
    _ decision: Int, fold: Fold, with other: MarketData, pool: [MarketData]? = nil
  ) throws -> Outcome {
    var experiment = problem.experiment
    experiment.training.epochs = min(experiment.training.epochs, Self.epochs)
    let pooled = problem.pool.map(\.problem.data)
    let original = try Problem(experiment, data: problem.data, pool: pooled)
    let changed = try Problem(experiment, data: other, pool: pool ?? pooled)
    var comparison = BitComparison()
    let n = problem.assetCount
    let (own, market) = (
      problem.features.assetFeatureCount, problem.features.marketFeatureCount
    )
    comparison.require(
      "decision rows", original.rows.prefix(decision + 1).map(Double.init),
      changed.rows.prefix(decision + 1).map(Double.init))
    comparison.require(
      "the universe", Self.numbers(original.availability, through: decision),
      Self.numbers(changed.availability, through: decision))
    comparison.require(
      "asset features", original.features.asset.prefix((decision + 1) * n * own),
      changed.features.asset.prefix((decision + 1) * n * own))
    comparison.require(
      "market features", original.features.market.prefix((decision + 1) * market),
      changed.features.market.prefix((decision + 1) * market))
    comparison.require(
      "covariances", original.covariances.prefix((decision + 1) * n * n),
      changed.covariances.prefix((decision + 1) * n * n))

    if let old = original.signals, let new = changed.signals {
      comparison.require(
        "market signals", old.market.elements.prefix((decision + 1) * old.market.columns),
        new.market.elements.prefix((decision + 1) * new.market.columns))
      comparison.require(
        "asset signals", old.scores.elements.prefix((decision + 1) * old.scores.columns),
        new.scores.elements.prefix((decision + 1) * new.scores.columns))
    }
    let row = problem.rows[decision]
    for strategy in experiment.baselines + [experiment.strategy].compactMap({ $0 }) {
      guard let before = try strategy.decide(in: original, through: row)?.decisions,
        let after = try strategy.decide(in: changed, through: row)?.decisions
      else { continue }
      comparison.require(
        "rows of \(strategy.title)", before.rows.map(Double.init), after.rows.map(Double.init))
      comparison.require(
        "weights of \(strategy.title)", before.weights.elements, after.weights.elements)
      comparison.require(
        "budgets of \(strategy.title)", before.budgets?.elements ?? [],
        after.budgets?.elements ?? [])
    }
    // A strategy in the model's place trains nothing, unless baselines have something forecast.
    let trains = experiment.strategy == nil || !original.forecastTargets.isEmpty
    let (number, split) = split(fold)
    let trained = trains ? split.trainParts.flatMap { Array($0) } : []
    let after = trained.count { $0 > decision }
    if trains, after == 0 {
      let problems = (original, changed)
      if experiment.strategy == nil {
        try train(
          problems, WorkUnit(fold: fold, member: .network(seed: number)), through: decision,
          comparing: &comparison)
      }
      try trainForecasters(
        problems, on: fold, seed: number, through: decision, comparing: &comparison)
    }
    return Outcome(
      date: problem.data.dates[row], fold: fold.index, compared: comparison.compared,
      training: (trained.count, after),
      trainingEnd: problem.pool.isEmpty ? nil : trainingEnd(fold),
      differences: comparison.differences)
  }

  private static func numbers(_ availability: Availability?, through decision: Int) -> [Double] {
    availability?[0..<decision + 1].flags.map { $0 ? 1 : 0 } ?? []
  }

  /// Trains the forecasters of baselines and decides on both data.
  private func trainForecasters(
    _ problems: (original: Problem, changed: Problem), on fold: Fold, seed: Int,
    through decision: Int, comparing comparison: inout BitComparison
  ) throws {
    let (original, changed) = problems
    let decided = fold.test.lowerBound..<decision + 1
    var forecasts: [ForecastTarget: (before: Forecasts, after: Forecasts)] = [:]
    for target in original.forecastTargets {
      let unit = WorkUnit(fold: fold, member: .forecaster(target, seed: seed))
      let (first, second) = (try Fitter(original, unit), try Fitter(changed, unit))
      let (fit, refit) = (
        try first.fit(from: first.initialState), try second.fit(from: second.initialState)
      )
      comparison.require(
        "parameters of \(target.rawValue)", fit.parameters.values.map { Double($0) },
        refit.parameters.values.map { Double($0) })
      guard let before = first.forecasts(decided, fit.parameters),
        let after = second.forecasts(decided, refit.parameters)
      else { continue }
      comparison.require(
        "forecasts of \(target.rawValue)", before.values.elements, after.values.elements)
      forecasts[target] = (before, after)
    }
    for baseline in original.experiment.baselines {
      guard case .forecast(let pipeline) = baseline.strategy, let risk = forecasts[.risk] else {
        continue
      }
      let returns = pipeline.targets.contains(.returns) ? forecasts[.returns] : nil
      comparison.require(
        "weights of \(baseline.title)",
        try pipeline.weights(
          risk.before, returns?.before, decisions: Array(decided), of: original
        ).elements,
        try pipeline.weights(
          risk.after, returns?.after, decisions: Array(decided), of: changed
        ).elements)
    }
  }

  /// Trains and decides on both data.
  private func train(
    _ problems: (original: Problem, changed: Problem), _ unit: WorkUnit, through decision: Int,
    comparing comparison: inout BitComparison
  ) throws {
    let (original, changed) = problems
    for (before, after) in zip(original.pool, changed.pool) {
      let split = unit.fold.split(of: unit.member)
      let (old, new) = (
        before.trainParts(beside: split, in: original), after.trainParts(beside: split, in: changed)
      )
      comparison.require(
        "decisions of pool '\(before.settings.name)'", old.flatMap { $0.map(Double.init) },
        new.flatMap { $0.map(Double.init) })
    }
    let (first, second) = (try Fitter(original, unit), try Fitter(changed, unit))
    let (fit, refit) = (
      try first.fit(from: first.initialState), try second.fit(from: second.initialState)
    )
    comparison.require(
      "trained parameters", fit.parameters.values.map { Double($0) },
      refit.parameters.values.map { Double($0) })
    let decided = unit.fold.test.lowerBound..<decision + 1
    // The last step's parameters, so that the comparison does not rest on an untrained start.
    let (weights, reweights) = (
      try first.decide(decided, fit.parameters).weights,
      try second.decide(decided, refit.parameters).weights
    )
    comparison.require("weights", weights.elements, reweights.elements)
    let row = problem.rows[decision]
    comparison.require(
      "net returns", try returns(original, decided, weights, through: row),
      try returns(changed, decided, reweights, through: row))
  }

  private func returns(
    _ problem: Problem, _ decisions: Range<Int>, _ weights: Matrix, through row: Int
  ) throws -> [Double] {
    let span = problem.span(of: decisions)
    let path = try PortfolioPath.simulate(
      assetReturns: span.assetReturns, cashReturns: span.cashReturns,
      decisionRows: span.tradeRows, lag: 0, weights: weights, costs: problem.costs)
    return Array(path.returns.prefix(max(0, row - span.firstRow + 1)))
  }
}

/// Compares series bit by bit and remembers where they differ.
private struct BitComparison {
  var compared = 0
  var differences: [String] = []

  mutating func require(
    _ name: String, _ left: some Collection<Double>, _ right: some Collection<Double>
  ) {
    compared += left.count
    if left.count != right.count {
      differences.append("\(name): \(left.count) numbers and \(right.count)")
      return
    }
    var count = 0
    for (a, b) in zip(left, right) where a.bitPattern != b.bitPattern { count += 1 }
    if count > 0 { differences.append("\(name): \(count) of \(left.count) numbers changed") }
  }
}
