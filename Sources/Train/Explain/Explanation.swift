internal import Autodiff
internal import Finance

/// What `train explain` finds out about a run: kept in `explain.json`, shown in the report.
struct Explanation: Sendable {
  let attribution: Attribution
  /// At the last tested decision of each fold.
  let sensitivities: [Sensitivities]

  init(attribution: Attribution, sensitivities: [Sensitivities]) {
    self.attribution = attribution
    self.sensitivities = sensitivities
  }

  init(
    _ run: FinishedRun, _ plan: Attribution.Plan, threads: Int, progress: ProgressBar? = nil
  ) throws {
    let problem = run.problem
    guard problem.experiment.strategy == nil, !problem.experiment.model.isConstant,
      !plan.groups.groups.isEmpty
    else {
      throw ExperimentError(
        "\(run.directory.path): its model reads no features: there is nothing to explain")
    }
    attribution = try Attribution(run.result, plan, threads: threads, progress: progress)
    sensitivities = try ParallelMap.run(problem.folds, threads: threads) { fold in
      try Sensitivities(
        problem,
        members: run.result.fits.filter { $0.unit.fold == fold && $0.unit.member.isOfModel },
        decision: fold.test.upperBound - 1)
    }
  }

  // MARK: Files

  static func file(_ directory: RunDirectory) -> String { directory.file("explain.json") }

  /// Writes `explain.json`, `attribution.csv` and `sensitivities.csv`.
  func write(to directory: RunDirectory) throws {
    try attribution.table.write(to: directory.file("attribution.csv"))
    try Sensitivities.table(sensitivities).write(to: directory.file("sensitivities.csv"))
    let json = JSONValue(object: [
      ("attribution", attribution.json),
      ("sensitivities", JSONValue(.array(sensitivities.map(\.json)))),
    ])
    try AtomicFile.write(json.text(.compact) + "\n", to: Self.file(directory))
  }

  /// What an earlier `train explain` left in a run's directory, or nil.
  init?(in directory: RunDirectory) throws {
    let path = Self.file(directory)
    guard directory.exists(path) else { return nil }
    let stored = try StoredJSON(contentsOf: path)
    attribution = try Attribution(try stored.value("attribution"), file: path)
    sensitivities = try stored.elements(try stored.value("sensitivities"), "sensitivities").map {
      try Sensitivities($0, file: path)
    }
  }
}

extension Sensitivities {
  var json: JSONValue {
    func table(_ rows: [[Double]]) -> JSONValue { JSONValue(.array(rows.map { JSONValue($0) })) }
    return JSONValue(object: [
      ("date", JSONValue("\(date)")), ("assets", JSONValue(assets)),
      ("assetFeatures", JSONValue(assetFeatures)), ("marketFeatures", JSONValue(marketFeatures)),
      ("own", table(own)), ("common", table(common)), ("market", table(market)),
    ])
  }

  /// Reads what ``json`` wrote; throws an ``ExperimentError`` naming what does not fit.
  init(_ json: JSONValue, file: String) throws {
    let reader = StoredJSON(json, file: file)
    func table(_ key: String, rows: Int, columns: Int) throws -> [[Double]] {
      let table = try reader.elements(try reader.value(key), key).map {
        try reader.numbers($0, key)
      }
      guard table.count == rows, table.allSatisfy({ $0.count == columns }) else {
        throw reader.fault("its '\(key)' is not \(rows) × \(columns)")
      }
      return table
    }
    guard let date = try reader.value("date").string.flatMap({ CalendarDate($0) }) else {
      throw reader.fault("its 'date' is no date")
    }
    self.date = date
    assets = try reader.strings("assets")
    assetFeatures = try reader.strings("assetFeatures")
    marketFeatures = try reader.strings("marketFeatures")
    own = try table("own", rows: assetFeatures.count, columns: assets.count)
    common = try table("common", rows: assetFeatures.count, columns: assets.count)
    market = try table("market", rows: marketFeatures.count, columns: assets.count)
  }
}
