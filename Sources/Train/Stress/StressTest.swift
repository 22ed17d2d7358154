internal import Autodiff
internal import Finance

/// The stress test of a run: units into files, files into a result.
///
/// Each unit leaves `stress/NAME.json` in the run's directory; what is there already, of the same run and plan,
/// is not done again, so that an interrupted test goes on where it stopped.
struct StressTest: Sendable {
  let run: FinishedRun
  let plan: StressPlan
  private let historical: HistoricalStress
  private let future: FutureStress

  init(_ run: FinishedRun, plan: StressPlan) throws {
    guard run.problem.experiment.strategy == nil else {
      throw ExperimentError(
        "\(run.directory.path): a rule stands in the model's place; stress tests are of trained networks"
      )
    }
    self.run = run
    self.plan = plan
    let ensemble = try FrozenEnsemble(run.result)
    let generator = SplitMix64(seed: UInt64(run.problem.experiment.seed)).split("stress")
    historical = HistoricalStress(
      result: run.result, ensemble: ensemble, draws: plan.draws, generator: generator)
    future = FutureStress(result: run.result, ensemble: ensemble, generator: generator)
  }

  var units: [StressUnit] { plan.units(run.problem.experiment) }

  private static func folder(_ directory: RunDirectory) -> String { directory.file("stress") }

  private func file(_ unit: StressUnit) -> String {
    "\(Self.folder(run.directory))/\(unit.name).json"
  }

  /// What a unit's file must have been made with.
  private func identity(_ unit: StressUnit) -> String {
    let own =
      switch unit {
      case .noise, .forecast: "draws \(plan.draws)"
      case .paths: "paths \(plan.paths) of \(plan.rows)"
      default: ""
      }
    let origin = run.loaded.origin.json.text(.compact)
    return SHA256.hex(of: Array("\(origin) \(unit.name) \(own)".utf8))
  }

  /// What an earlier test of the same run and plan left of a unit.
  private func stored(_ unit: StressUnit) throws -> JSONValue? {
    let path = file(unit)
    guard run.directory.exists(path) else { return nil }
    let stored = try StoredJSON(contentsOf: path)
    guard stored.root["identity"]?.string == identity(unit) else { return nil }
    return try stored.value("result")
  }

  /// The units of families that are not asked for now but were done before, whole.
  private func earlier() throws -> [(unit: StressUnit, part: JSONValue)] {
    var rest = plan
    rest.families = StressUnit.Family.allCases.filter { !plan.families.contains($0) }
    let parts = try rest.units(run.problem.experiment).map { ($0, try stored($0)) }
    let incomplete = Set(parts.filter { $0.1 == nil }.map(\.0.family))
    return parts.compactMap { unit, part in
      incomplete.contains(unit.family) ? nil : part.map { (unit, $0) }
    }
  }

  /// Does what is not done yet, and returns everything that is known by then: families that an earlier test
  /// of the same run did stay.
  func perform(threads: Int, progress: ProgressBar? = nil) throws -> StressResult {
    try run.directory.makeFolder("stress")
    let units = units
    if units.contains(where: { $0.family == .breakdown || $0.family == .paths }) {
      try future.requireHistory()
    }
    let process = units.contains { $0.family == .paths } ? try future.process() : nil
    let parts = try ParallelMap.run(units, threads: threads) { unit -> JSONValue in
      defer { progress?.advance(status: unit.name) }
      if let done = try stored(unit) { return done }
      let result = try compute(unit, process)
      let json = JSONValue(object: [
        ("identity", JSONValue(identity(unit))), ("result", result),
      ])
      try AtomicFile.write(json.text(.compact) + "\n", to: file(unit))
      return result
    }
    let known = zip(units, parts).map { (unit: $0, part: $1) } + (try earlier())
    var result = StressResult()
    var outcomes: [[FutureOutcome]] = []
    // In the order of the report, whatever was asked for when.
    for (unit, part) in StressUnit.Family.allCases.flatMap({ family in
      known.filter { $0.unit.family == family }
    }) {
      if case .paths = unit {
        outcomes += try Self.outcomes(part, file: file(unit))
      } else {
        try result.add(part, of: unit, file: file(unit))
      }
    }
    if !outcomes.isEmpty { result.add(paths: outcomes, model: run.result.model.title) }
    try AtomicFile.write(
      result.json.text(.compact) + "\n", to: StressResult.file(run.directory))
    try result.table.write(to: run.directory.file("stress.csv"))
    return result
  }

  private func compute(_ unit: StressUnit, _ process: RegimeSimulator?) throws -> JSONValue {
    func figures(_ rows: [StressFigures]) -> JSONValue { JSONValue(.array(rows.map(\.json))) }
    switch unit {
    case .costs: return figures(try historical.tradingCosts())
    case .lag: return figures(try historical.executionLag())
    case .rebalancing: return figures(try historical.rebalancing())
    case .measures: return figures(try historical.riskMeasures())
    case .missing: return figures(try historical.missingInputs())
    case .noise(let level): return figures(try historical.noisyInputs(level))
    case .forecast(let level): return figures(try historical.wrongForecasts(level))
    case .replay:
      return JSONValue(
        .array(
          try future.windows.flatMap { window in
            summaries(window.name, [try future.replay(window)])
          }))
    case .breakdown(let rows):
      return JSONValue(
        .array(
          try FutureStress.Breakdown.allCases.flatMap { kind in
            summaries(
              "\(rows) rows, \(kind.rawValue)", try future.breakdown(kind, rows: rows))
          }))
    case .paths(let chunk):
      guard let process else { fatalError("StressTest: paths without a process") }
      let first = chunk * FutureStress.chunk
      let last = min(plan.paths, first + FutureStress.chunk)
      let outcomes = try future.paths(first..<last, of: process, rows: plan.rows)
      return JSONValue(
        .array(outcomes.map { JSONValue(.array($0.map(Self.json))) }))
    }
  }

  /// One summary per strategy.
  private func summaries(_ scenario: String, _ outcomes: [[FutureOutcome]]) -> [JSONValue] {
    FrozenEnsemble.futureStrategies.indices.map { k in
      FutureSummary(
        scenario, strategy: StressResult.title(k, model: run.result.model.title),
        outcomes.map { $0[k] }
      ).json
    }
  }

  // MARK: Stored paths

  private static func json(_ outcome: FutureOutcome) -> JSONValue {
    JSONValue(outcome.wealth + [outcome.drawdown, outcome.volatility, outcome.turnover])
  }

  private static func outcomes(_ json: JSONValue, file: String) throws -> [[FutureOutcome]] {
    let reader = StoredJSON(json, file: file)
    return try reader.elements(json, "result").map { path in
      try reader.elements(path, "result").map { strategy in
        let numbers = try reader.numbers(strategy, "result")
        guard numbers.count > 4 else { throw reader.fault("a path has \(numbers.count) numbers") }
        return FutureOutcome(stored: numbers)
      }
    }
  }
}

extension FutureOutcome {
  /// Wealth by period, then drawdown, volatility and turnover.
  init(stored numbers: [Double]) {
    wealth = Array(numbers.dropLast(3))
    drawdown = numbers[numbers.count - 3]
    volatility = numbers[numbers.count - 2]
    turnover = numbers[numbers.count - 1]
  }
}
