internal import Dispatch
internal import Foundation
internal import Finance
internal import Synchronization

/// Runs the variants of a study over its data seeds and keeps every result on disk, so that an
/// interrupted study goes on where it was.
struct KnownTruthStudy: Sendable {
  /// One variant on one seed's data: the model and what it is compared with.
  struct Cell: Sendable {
    let variant: Int
    let seed: Int
    /// By strategy: `model`, `constant-budgets`, `risk-parity`.
    let measurements: [String: TruthMeasurement]
  }

  let document: ConfigDocument
  let settings: StudySettings
  /// The file of results, a JSON object per line; nil keeps nothing.
  let file: String?
  let threads: Int

  /// The strategies that are measured.
  static let strategies = [
    "model", BaselineRule.constantBudgets.rawValue, BaselineRule.riskParity.rawValue,
  ]

  /// All cells, by variant and then by seed.
  func run(progress: ProgressBar? = nil) throws -> [Cell] {
    let tasks = settings.variants.indices.flatMap { variant in
      (0..<settings.seeds).map { (variant: variant, seed: settings.firstSeed + $0) }
    }
    let known = try readCells()
    let results = Mutex([Int: Result<Cell, any Error>]())
    let lines = Mutex(known.text)
    let next = Atomic<Int>(0)
    let failed = Atomic<Bool>(false)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, tasks.count))) { _ in
      while !failed.load(ordering: .relaxed) {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < tasks.count else { return }
        let task = tasks[index]
        let result = Result { () throws -> Cell in
          let (experiment, key) = try experiment(variant: task.variant, seed: task.seed)
          if let found = known.cells[key] {
            return Cell(variant: task.variant, seed: task.seed, measurements: found)
          }
          let measurements = try Self.measure(experiment)
          if let file {
            try lines.withLock { text in
              text += Self.line(key, settings.variants[task.variant].name, task.seed, measurements)
              try AtomicFile.write(text, to: file)
            }
          }
          return Cell(variant: task.variant, seed: task.seed, measurements: measurements)
        }
        if case .failure = result { failed.store(true, ordering: .relaxed) }
        results.withLock { $0[index] = result }
        progress?.advance(
          status: "\(settings.variants[task.variant].name), data seed \(task.seed)")
      }
    }
    let all = results.withLock { $0 }
    for index in tasks.indices { if case .failure(let error) = all[index] { throw error } }
    return try tasks.indices.compactMap { try all[$0]?.get() }
  }

  /// The experiment of a variant on the data of a seed, and the checksum of all that determines it.
  func experiment(variant: Int, seed: Int) throws -> (Experiment, key: String) {
    var document = document
    for change in settings.variants[variant].changes { try document.apply(change) }
    try document.apply(ConfigOverride(parsing: "data.simulated.seed=\(seed)"))
    try document.apply(ConfigOverride(parsing: "study=null"))
    let (experiment, resolved) = try document.decode { Experiment($0) }
    guard experiment.data.simulated != nil else {
      throw ExperimentError("the study needs data.simulated: only there the truth is known")
    }
    guard experiment.pool.isEmpty else {
      throw ExperimentError(
        "training.pool names \(experiment.pool.map(\.name).joined(separator: ", ")); expected [] in a study "
          + "of known truth, whose data are its own")
    }
    return (experiment, SHA256.hex(of: Array((ProgramIdentity.version + resolved.text()).utf8)))
  }

  /// Trains and tests one experiment on its simulated data.
  static func measure(_ experiment: Experiment) throws -> [String: TruthMeasurement] {
    guard let simulation = experiment.data.simulated else { return [:] }
    let (data, truth) = simulation.simulate()
    let problem = try Problem(experiment, data: data)
    try problem.checkModel()
    let result = try RunResult(problem, fits: try problem.fitsInMemory())
    var measurements: [String: TruthMeasurement] = [:]
    for strategy in result.strategies where strategies.contains(strategy.key) {
      measurements[strategy.key] = TruthMeasurement(strategy, of: problem, truth: truth)
    }
    return measurements
  }

  // MARK: The file of results

  private static func line(
    _ key: String, _ name: String, _ seed: Int, _ measurements: [String: TruthMeasurement]
  ) -> String {
    let strategies = strategies.compactMap { strategy in
      measurements[strategy].map { (strategy, $0.json) }
    }
    return JSONValue(object: [
      ("variant", JSONValue(name)), ("seed", JSONValue(seed)), ("key", JSONValue(key)),
      ("strategies", JSONValue(object: strategies)),
    ]).text(.compact) + "\n"
  }

  /// The results of earlier runs, by the checksum of their experiment.
  private func readCells() throws -> (cells: [String: [String: TruthMeasurement]], text: String) {
    guard let file, FileManager.default.fileExists(atPath: file) else { return ([:], "") }
    let text = String(decoding: try FileBytes.read(file), as: UTF8.self)
    var cells: [String: [String: TruthMeasurement]] = [:]
    for line in text.split(separator: "\n") {
      let object = try JSONValue(parsing: String(line), file: file)
      guard let key = object["key"]?.string, let strategies = object["strategies"]?.members else {
        throw ExperimentError("\(file): a line that is no result of a study; delete the file")
      }
      for member in strategies {
        cells[key, default: [:]][member.key] = TruthMeasurement(member.value)
      }
    }
    return (cells, text)
  }
}
