internal import Finance

/// What a run found: the model, its members and every baseline in the same backtest.
struct RunResult: Sendable {
  let problem: Problem
  let fits: [FittedUnit]
  /// The ensemble: the average of its members' weights.
  let model: StrategyResult
  /// Each member of the ensemble on its own.
  let members: [StrategyResult]
  let baselines: [StrategyResult]

  /// The model first, then the baselines.
  var strategies: [StrategyResult] { [model] + baselines }

  /// Assembles the tests of all folds, in order, and runs the baselines beside them.
  init(_ problem: Problem, fits: [FittedUnit]) throws {
    self.problem = problem
    self.fits = fits
    var seeds: [Int] = []
    for fit in fits {
      if case .network(let seed) = fit.unit.member, !seeds.contains(seed) { seeds.append(seed) }
    }
    members = try seeds.map { seed in
      let decisions = Self.concatenated(fits, .network(seed: seed))
      return try StrategyResult(
        "Member \(seed)", key: Member.network(seed: seed).name, weights: decisions.weights,
        budgets: decisions.budgets, details: decisions.details, of: problem)
    }
    if let strategy = problem.experiment.strategy {
      model = try Self.result(of: strategy, key: "model", in: problem, fits: fits)
    } else {
      model = try StrategyResult(
        problem.experiment.name, key: "model", weights: Self.average(members.map(\.weights)),
        budgets: Self.average(members.compactMap(\.budgets)), details: Self.details(of: members),
        of: problem)
    }
    baselines = try problem.experiment.baselines.map {
      try Self.result(of: $0, key: $0.key, in: problem, fits: fits)
    }
  }

  private static func result(
    of baseline: Baseline, key: String, in problem: Problem, fits: [FittedUnit]
  ) throws -> StrategyResult {
    if let outcome = try baseline.decide(in: problem) {
      return try StrategyResult(
        baseline.title, key: key, decisions: outcome.decisions, covariances: outcome.covariances,
        events: outcome.events, of: problem)
    }
    if case .forecast(let pipeline) = baseline.strategy {
      return try result(of: pipeline, baseline.title, key: key, in: problem, fits: fits)
    }
    let members = (0..<problem.experiment.constantsCount).map {
      concatenated(fits, .constants(number: $0))
    }
    return try StrategyResult(
      baseline.title, key: key, weights: average(members.map(\.weights)),
      budgets: average(members.map(\.budgets)), of: problem)
  }

  /// A pipeline on the forecasts of every seed, its weights averaged as the model's are.
  private static func result(
    of pipeline: ForecastPipeline, _ title: String, key: String, in problem: Problem,
    fits: [FittedUnit]
  ) throws -> StrategyResult {
    let weights = try (0..<problem.experiment.training.seeds).map { seed in
      do { return concatenated(try pipeline.decide(fits, seed: seed, in: problem)).weights } catch {
        throw ExperimentError("\(title): \(error)")
      }
    }
    return try StrategyResult(title, key: key, weights: average(weights), of: problem)
  }

  /// What a member decides in all tests.
  private static func concatenated(_ fits: [FittedUnit], _ member: Member) -> PolicyDecisions {
    concatenated(fits.filter { $0.unit.member == member })
  }

  /// What the fits of all folds decide in the tests, in order of time; where several folds test a decision,
  /// the average of theirs, and of the solver's numbers the worst.
  private static func concatenated(_ fits: [FittedUnit]) -> PolicyDecisions {
    let own = fits.sorted { $0.unit.fold.index < $1.unit.fold.index }
    let tests = own.flatMap { fit in fit.unit.fold.testParts.flatMap { Array($0) } }
    let all = PolicyDecisions.joined(own.map(\.decisions))
    let decisions = Set(tests).sorted()
    guard tests != decisions else { return all }
    let place = Dictionary(uniqueKeysWithValues: zip(decisions, decisions.indices))
    func worst(_ values: Matrix) -> Matrix {
      var most = Matrix(
        rows: decisions.count, columns: values.columns, repeating: -Double.infinity)
      for (source, decision) in tests.enumerated() {
        guard let row = place[decision] else { continue }
        for i in 0..<values.columns { most[row, i] = max(most[row, i], values[source, i]) }
      }
      return most
    }
    func gather(_ values: Matrix) -> Matrix {
      var mean = Matrix(rows: decisions.count, columns: values.columns)
      var counts = [Double](repeating: 0, count: decisions.count)
      for (source, decision) in tests.enumerated() {
        guard let row = place[decision] else { continue }
        counts[row] += 1
        for i in 0..<values.columns { mean[row, i] += values[source, i] }
      }
      for row in 0..<mean.rows { for i in 0..<mean.columns { mean[row, i] /= counts[row] } }
      return mean
    }
    var details: [DecisionDetail: DetailTable] = [:]
    for (detail, table) in all.details {
      details[detail] = DetailTable(
        columns: table.columns,
        values: detail.averages ? gather(table.values) : worst(table.values))
    }
    return PolicyDecisions(
      budgets: gather(all.budgets), weights: gather(all.weights), details: details)
  }

  /// The details of an ensemble: averages, or each member's columns side by side.
  private static func details(
    of members: [StrategyResult]
  ) -> [DecisionDetail: DetailTable] {
    var result: [DecisionDetail: DetailTable] = [:]
    for (detail, table) in members.first?.details ?? [:] {
      let tables = members.compactMap { $0.details[detail] }
      if detail.averages || members.count == 1 {
        result[detail] = DetailTable(
          columns: table.columns, values: average(tables.map(\.values)))
        continue
      }
      let width = table.columns.count
      var all = Matrix(rows: table.values.rows, columns: width * members.count)
      for (m, own) in tables.enumerated() {
        for row in 0..<all.rows {
          for column in 0..<width { all[row, m * width + column] = own.values[row, column] }
        }
      }
      result[detail] = DetailTable(
        columns: members.flatMap { member in table.columns.map { "\(member.key) \($0)" } },
        values: all)
    }
    return result
  }

  private static func average(_ matrices: [Matrix]) -> Matrix {
    guard var mean = matrices.first else { return Matrix(rows: 0, columns: 0) }
    for matrix in matrices.dropFirst() {
      for i in mean.elements.indices { mean.elements[i] += matrix.elements[i] }
    }
    for i in mean.elements.indices { mean.elements[i] /= Double(matrices.count) }
    return mean
  }
}
