internal import Autodiff
internal import Finance

/// Stress on the tested history itself: other costs, other rhythms, later trades, other risk measures, missing
/// or noisy inputs, wrong forecasts.
struct HistoricalStress: Sendable {
  let result: RunResult
  let ensemble: FrozenEnsemble
  /// Random draws behind each level of noise.
  let draws: Int
  let generator: SplitMix64

  private var problem: Problem { result.problem }
  private var model: StrategyResult { result.model }
  private static let parityTitle = "Risk parity"
  private static let equalTitle = "Equal weight"

  static let costs: [Double] = [0, 5, 10, 20, 30, 50]
  static let noise: [Double] = [0.05, 0.1, 0.2, 0.3]

  // MARK: Trading

  /// Every strategy of the run at other costs.
  func tradingCosts() throws -> [StressFigures] {
    try Self.costs.flatMap { basisPoints in
      try result.strategies.map { strategy in
        var backtest = StressBacktest(problem)
        backtest.cost = basisPoints * 1e-4
        return StressFigures(
          "\(NumberText.fixed(basisPoints, digits: 0)) bp", level: basisPoints,
          strategy: strategy.title,
          try backtest.summary(strategy.weights, decisionRows: strategy.rows))
      }
    }
  }

  /// Every strategy of the run with its trades delayed by further rows.
  func executionLag() throws -> [StressFigures] {
    try [0, 1, 2, 4, 9].flatMap { delay in
      try result.strategies.map { strategy in
        var backtest = StressBacktest(problem)
        backtest.lag += delay
        return StressFigures(
          "lag of \(backtest.lag)", level: Double(backtest.lag), strategy: strategy.title,
          try backtest.summary(strategy.weights, decisionRows: strategy.rows))
      }
    }
  }

  /// Model, risk parity and equal weight, trading from daily to quarterly.
  ///
  /// Less often: every second, fourth, … decision is traded. More often: the same networks decide on the rows
  /// in between, each looking back on decisions as far apart as in training.
  func rebalancing() throws -> [StressFigures] {
    let every = problem.experiment.decisions.every
    let year = problem.experiment.data.rowsPerYear
    var figures: [StressFigures] = []
    func append(_ step: Int, _ rows: [Int], _ weights: [(String, Matrix)]) throws {
      for (title, matrix) in weights {
        figures.append(
          StressFigures(
            "every \(step) row\(step == 1 ? "" : "s")", level: Double(step), strategy: title,
            try StressBacktest(problem).summary(matrix, decisionRows: rows)))
      }
    }
    if every > 1 {
      var all: [(row: Int, model: [Double], parity: [Double], equal: [Double])] = []
      for phase in 0..<every {
        var experiment = problem.experiment
        experiment.decisions.firstRow = problem.rows[0] + phase
        let shifted = try Problem(experiment, data: problem.data)
        let decided = try ensemble.decideTests(of: shifted)
        let tested = shifted.tested.prefix(decided.rows.count)
        let references = try FrozenEnsemble.references(
          tested.startIndex..<tested.endIndex, of: shifted)
        for (k, row) in decided.rows.enumerated() {
          all.append(
            (
              row, Array(decided.weights.row(k)), Array(references.riskParity.row(k)),
              Array(references.equalWeight.row(k))
            ))
        }
      }
      all.sort { $0.row < $1.row }
      let n = problem.assetCount
      func matrix(_ rows: [[Double]]) -> Matrix {
        Matrix(rows: rows.count, columns: n, elements: rows.flatMap { $0 })
      }
      try append(
        1, all.map(\.row),
        [
          (model.title, matrix(all.map(\.model))), (Self.parityTitle, matrix(all.map(\.parity))),
          (Self.equalTitle, matrix(all.map(\.equal))),
        ])
    }
    let rows = Array(problem.rows[problem.tested])
    let references = try FrozenEnsemble.references(problem.tested, of: problem)
    var steps: [Int] = []
    for rowsApart in [Double(every), 2 * Double(every), year / 12, year / 4] {
      let step = max(1, Int((rowsApart / Double(every)).rounded()))
      if !steps.contains(step) { steps.append(step) }
    }
    for step in steps.sorted() {
      let kept = Array(stride(from: 0, to: rows.count, by: step))
      func thin(_ matrix: Matrix) -> Matrix {
        Matrix(
          rows: kept.count, columns: matrix.columns,
          elements: kept.flatMap { Array(matrix.row($0)) })
      }
      try append(
        step * every, kept.map { rows[$0] },
        [
          (model.title, thin(model.weights)), (Self.parityTitle, thin(references.riskParity)),
          (Self.equalTitle, thin(references.equalWeight)),
        ])
    }
    return figures
  }

  // MARK: Inputs

  /// The model with an input unknown: its standardised value is 0, the mean of the training period.
  func missingInputs() throws -> [StressFigures] {
    let groups = try FeatureGroups(problem.experiment.features)
    var cases: [(title: String, missing: [FeatureGroups.Group])] = [("all inputs known", [])]
    cases += groups.groups.map { ("without \($0.name)", [$0]) }
    let market = groups.groups.filter { $0.asset.isEmpty }
    if market.count > 1 { cases.append(("without any indicator", market)) }
    cases.append(("without any feature", groups.groups))
    return try cases.map { title, missing in
      let decided = try ensemble.decideTests(of: problem) { features in
        let (own, common) = (features.assetFeatureCount, features.marketFeatureCount)
        for group in missing {
          for f in group.asset {
            for index in stride(from: f, to: features.asset.count, by: own) {
              features.asset[index] = 0
            }
          }
          for m in group.market {
            for index in stride(from: m, to: features.market.count, by: common) {
              features.market[index] = 0
            }
          }
        }
      }
      return StressFigures(
        title, strategy: model.title,
        try StressBacktest(problem).summary(decided.weights, decisionRows: decided.rows))
    }
  }

  /// The model with normal noise added to every standardised input.
  func noisyInputs(_ level: Double) throws -> [StressFigures] {
    let own = generator.split("noise \(level)")
    let summaries = try (0..<draws).map { draw in
      let stream = own.split("\(draw)")
      // The same noise for every network: the data are noisy, not the networks.
      var (first, second) = (stream.split("asset"), stream.split("market"))
      let asset = first.normals(problem.features.asset.count)
      let market = second.normals(problem.features.market.count)
      let decided = try ensemble.decideTests(of: problem) { features in
        let own = max(1, features.assetFeatureCount)
        // What is outside the universe has no data that could be noisy.
        for (i, z) in asset.enumerated() where features.availability?.flags[i / own] ?? true {
          features.asset[i] += level * z
        }
        for (i, z) in market.enumerated() { features.market[i] += level * z }
      }
      return try StressBacktest(problem).summary(decided.weights, decisionRows: decided.rows)
    }
    return [
      StressFigures(
        "noise of \(percent(level))", level: 100 * level, strategy: model.title, draws: summaries)
    ]
  }

  /// Model and risk parity with every volatility forecast off by ± a fraction, up or down at random, asset by
  /// asset and decision by decision.
  func wrongForecasts(_ level: Double) throws -> [StressFigures] {
    let own = generator.split("forecast \(level)")
    let n = problem.assetCount
    var (model, parity): ([PerformanceSummary], [PerformanceSummary]) = ([], [])
    for draw in 0..<draws {
      var stream = own.split("\(draw)")
      var wrong = problem
      for d in 0..<problem.rows.count {
        let factors = (0..<n).map { _ in stream.uniform() < 0.5 ? 1 - level : 1 + level }
        for i in 0..<n {
          for j in 0..<n { wrong.covariances[d * n * n + i * n + j] *= factors[i] * factors[j] }
        }
      }
      let decided = try ensemble.decideTests(of: wrong)
      let references = try FrozenEnsemble.references(wrong.tested, of: wrong)
      let backtest = StressBacktest(problem)
      model.append(try backtest.summary(decided.weights, decisionRows: decided.rows))
      parity.append(try backtest.summary(references.riskParity, decisionRows: decided.rows))
    }
    let title = "forecasts ±\u{00A0}\(percent(level))"
    return [
      StressFigures(title, level: 100 * level, strategy: self.model.title, draws: model),
      StressFigures(title, level: 100 * level, strategy: Self.parityTitle, draws: parity),
    ]
  }

  private func percent(_ level: Double) -> String {
    NumberText.fixed(100 * level, digits: 0) + "\u{202F}%"
  }

  // MARK: Risk

  /// The model's budgets and equal budgets, solved under other covariances and other measures of risk.
  ///
  /// An asset that has joined is left out as long as a measure's window is longer than its history.
  func riskMeasures() throws -> [StressFigures] {
    let n = problem.assetCount
    let rows = Array(problem.rows[problem.tested])
    guard let budgets = model.budgets, let first = rows.first else { return [] }
    var figures: [StressFigures] = []
    let names = [model.title, Self.parityTitle]
    /// `measure` prepares what the budgets of both are solved under.
    func append(
      _ title: String, window: Int,
      _ measure: (_ returns: Matrix) -> (_ budgets: [Double]) throws -> [Double]
    ) throws {
      guard first >= window else { return }
      let history = max(window, Problem.history(problem.experiment))
      let availability = Availability(of: problem.data, at: rows, history: history)
      var kept = [[Int]](repeating: [], count: names.count)
      var weights = [[Double]](repeating: [], count: names.count)
      for (k, row) in rows.enumerated() {
        let members = problem.data.isComplete ? Array(0..<n) : availability.members(at: k)
        let returns = Matrix(
          rows: window, columns: members.count,
          elements: (row - window + 1...row).flatMap { t in
            members.map { problem.data.returns.elements[t * n + $0] }
          })
        let solve = measure(returns)
        let equal = [Double](repeating: 1 / Double(members.count), count: members.count)
        for (strategy, wanted) in [members.map { budgets[k, $0] }, equal].enumerated() {
          // Where a measure of risk is not positive there is no solution, and nothing is traded.
          do {
            var decided = [Double](repeating: 0, count: n)
            for (i, weight) in zip(members, try solve(wanted)) { decided[i] = weight }
            weights[strategy] += decided
            kept[strategy].append(row)
          } catch is RiskMeasureError { continue }
        }
      }
      for (strategy, name) in names.enumerated() where !kept[strategy].isEmpty {
        let missing = rows.count - kept[strategy].count
        figures.append(
          StressFigures(
            title + (missing > 0 ? " (\(missing) decisions without a solution)" : ""),
            strategy: name,
            try StressBacktest(problem).summary(
              Matrix(rows: kept[strategy].count, columns: n, elements: weights[strategy]),
              decisionRows: kept[strategy])))
      }
    }
    let estimators: [(String, any CovarianceEstimator)] = [
      ("volatility, sample 60", SampleCovariance(window: 60)),
      ("volatility, sample 250", SampleCovariance(window: 250)),
      ("volatility, EWMA 20", EWMACovariance(halfLife: 20, window: 120)),
      ("volatility, Ledoit–Wolf 60", LedoitWolfCovariance(window: 60)),
    ]
    for (title, estimator) in estimators {
      try append(title, window: estimator.window) { returns in
        let covariance = estimator.covariance(of: returns)
        return { try RiskBudgetSolver().solve(covariance: covariance, budgets: $0).weights }
      }
    }
    let measures: [(String, TailRiskBudgetSolver.Measure)] = [
      ("CVaR 95, 250 rows", .cvar(confidence: 0.95)),
      ("CDaR 95, 250 rows", .cdar(confidence: 0.95)),
      ("mean absolute deviation, 250 rows", .meanAbsoluteDeviation),
    ]
    for (title, measure) in measures {
      let solver = TailRiskBudgetSolver(measure)
      try append(title, window: 250) { returns in
        { try solver.solve(returns: returns, budgets: $0).weights }
      }
    }
    return figures
  }
}
