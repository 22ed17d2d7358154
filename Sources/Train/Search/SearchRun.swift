internal import Finance
internal import Foundation

/// A search for hyper-parameters in a directory of its own, alone or with workers on other machines.
///
/// Everything is a function of the config, the data before the first test and the results so far: every
/// worker draws the same trials, and at the end of each rung waits until all of it is done. A search that
/// was interrupted goes on where its files end.
struct SearchRun: Sendable {
  let directory: RunDirectory
  /// The resolved config that trials change.
  let config: JSONValue
  let experiment: Experiment
  /// The same with data that end before the first test.
  let loaded: LoadedExperiment
  let provenance: Provenance

  private var settings: SearchSettings { experiment.search }

  /// Whether a run directory holds a search.
  static func isSearch(_ directory: RunDirectory) -> Bool {
    directory.exists(directory.file("search.json"))
  }

  /// Makes the directory of a new search.
  init(planning config: String, overrides: [ConfigOverride], output: String?) throws {
    let (experiment, resolved, loaded) = try Self.load(config, overrides, folder: nil)
    let directory = try RunDirectory.new(named: experiment.name + "-search", at: output)
    self.init(directory, resolved, experiment, loaded)
    _ = try Problem(
      searching: loaded.experiment, data: loaded.data, pool: loaded.pool
    ).checkModel()
    try directory.create()
    try AtomicFile.write(resolved.text(), to: directory.config)
    try AtomicFile.write(plan.text(), to: directory.file("search.json"))
    try AtomicFile.write(provenance.json.text(), to: directory.provenance)
  }

  /// Opens a search to go on with it; refused to what would compute something else.
  init(opening path: String) throws {
    let directory = try RunDirectory.existing(path)
    let provenance = try Provenance(contentsOf: directory.provenance)
    try provenance.pinInstructionSet(run: directory.path)
    let (experiment, resolved, loaded) = try Self.load(
      directory.config, [], folder: provenance.folder)
    try provenance.requireSame(as: loaded.provenance, run: directory.path)
    self.init(directory, resolved, experiment, loaded)
  }

  private init(
    _ directory: RunDirectory, _ config: JSONValue, _ experiment: Experiment,
    _ loaded: LoadedExperiment
  ) {
    self.directory = directory
    self.config = config
    self.experiment = experiment
    self.loaded = loaded
    provenance = loaded.provenance
  }

  private static func load(
    _ path: String, _ overrides: [ConfigOverride], folder: String?
  ) throws -> (Experiment, JSONValue, LoadedExperiment) {
    var document = try ConfigDocument(contentsOf: path, paths: DataSettings.paths)
    for override in overrides { try document.apply(override) }
    let (experiment, resolved) = try document.decode { Experiment($0) }
    guard !experiment.search.space.isEmpty else {
      throw ExperimentError(
        "\(path): search.space is empty; say what to search, such as "
          + "\"search\": {\"space\": {\"training.learningRate\": {\"log\": [1e-4, 1e-2]}}}")
    }
    guard experiment.data.simulated == nil else {
      throw ExperimentError(
        "\(path): data.simulated is a study's, for 'train known-truth'; a search needs data.prices")
    }
    guard let test = experiment.folds.firstTest else {
      throw ExperimentError(
        "\(path): a search needs folds.firstTest: it reads nothing from that date on")
    }
    let before = CalendarDate(days: test.days - 1)
    let end = experiment.data.end.map { min($0, before) } ?? before
    let cut = ConfigOverride(keys: ["data", "end"], value: JSONValue("\(end)"))
    let loaded = try LoadedExperiment(
      config: path, overrides: overrides + [cut], folder: folder,
      heldOutBlocks: experiment.search.folds)
    // Values that no trial could have are faults of the space, found before anything is trained.
    for parameter in experiment.search.space {
      for value in parameter.extremes {
        var trial = document
        try trial.apply(
          ConfigOverride(
            keys: parameter.key.split(separator: ".").map { String($0) }, value: value))
        _ = try trial.decode { Experiment($0) }
      }
    }
    return (experiment, resolved, loaded)
  }

  /// How trials of a batch are shortened.
  var schedule: HalvingSchedule {
    HalvingSchedule(
      firstRung: settings.firstRung, reduction: settings.reduction,
      epochs: experiment.training.epochs)
  }

  private var plan: JSONValue {
    JSONValue(object: [
      ("trials", JSONValue(settings.trials)), ("batch", JSONValue(settings.batch)),
      (
        "rungs",
        JSONValue(
          .array(
            schedule.rungs.map { JSONValue($0.epochs ?? experiment.training.epochs) }))
      ),
    ])
  }

  /// Epochs of the whole search, as far as the plan foretells them.
  var steps: Int {
    var (steps, done) = (0, 0)
    while done < settings.trials {
      let size = min(settings.batch, settings.trials - done)
      var alive = size
      for index in schedule.rungs.indices {
        steps += alive * settings.folds * settings.seeds * self.steps(ofRung: index)
        alive = (alive + schedule.reduction - 1) / schedule.reduction
      }
      done += size
    }
    return steps
  }

  private func steps(ofRung index: Int) -> Int {
    func end(_ stage: Stage) -> Int { stage.epochs ?? experiment.training.epochs }
    return end(schedule.rungs[index]) - (index > 0 ? end(schedule.rungs[index - 1]) : -1)
  }

  /// Does the search, or a share of each of its rungs first and then whatever else is left.
  ///
  /// `note` is told of each batch.
  func run(
    _ runner: Runner, shard: Shard = .whole, progress: ProgressBar? = nil,
    note: (String) -> Void = { _ in }
  ) throws -> SearchResult {
    let sampler = SearchSampler(
      space: settings.space, grid: settings.grid, good: settings.good,
      candidates: settings.candidates,
      seed: experiment.seed)
    var runner = runner
    runner.recordsFailures = true
    var trials: [SearchTrial] = []
    while trials.count < settings.trials {
      let history = trials.map(\.observation)
      let size = min(settings.batch, settings.trials - trials.count)
      var batch = (trials.count..<trials.count + size).map {
        SearchTrial($0, sampler.trial($0, after: history))
      }
      try train(&batch, runner, shard, progress)
      trials += batch
      try AtomicFile.write(
        trials.map { $0.json.text(.compact) + "\n" }.joined(),
        to: directory.file("trials.jsonl"))
      let best = trials.compactMap(\.loss).min()
      note(
        "\(trials.count) of \(settings.trials) trials, best loss so far "
          + (best.map { NumberText.fixed($0, digits: 4) } ?? "none: all failed"))
    }
    return SearchResult(trials: trials, space: settings.space)
  }

  private struct Candidate {
    let index: Int
    let problem: Problem
    let origin: CheckpointOrigin
  }

  /// Trains a batch rung by rung and notes the losses.
  private func train(
    _ batch: inout [SearchTrial], _ runner: Runner, _ shard: Shard, _ progress: ProgressBar?
  ) throws {
    var alive: [Candidate] = []
    for index in batch.indices {
      do {
        let (trialConfig, problem) = try trial(batch[index])
        alive.append(
          Candidate(
            index: index, problem: problem,
            origin: CheckpointOrigin(provenance, config: trialConfig)))
      } catch let error where UnitTrainer.isOfTraining(error) { batch[index].failure = "\(error)" }
    }
    for (rung, stage) in schedule.rungs.enumerated() {
      let before = rung > 0 ? schedule.rungs[rung - 1] : nil
      let works = alive.flatMap { candidate in
        units(of: candidate, number: batch[candidate.index].number).map { unit in
          UnitWork(
            unit: unit, stage: stage, continues: before, origin: candidate.origin,
            problem: { candidate.problem }, steps: steps(ofRung: rung))
        }
      }
      // One's own share first, then whatever the others have not begun.
      let own = shard.share(of: Array(works.indices))
      let mine = Set(own)
      try runner.run(
        own.map { works[$0] } + works.indices.filter { !mine.contains($0) }.map { works[$0] },
        progress: progress)
      for candidate in alive { try read(candidate, stage, into: &batch[candidate.index]) }
      if rung + 1 < schedule.rungs.count {
        let losses = alive.map { batch[$0.index].failure == nil ? batch[$0.index].loss : nil }
        alive = schedule.survivors(losses).map { alive[$0] }
      } else {
        alive.removeAll { batch[$0.index].failure != nil }
      }
    }
    for candidate in alive { batch[candidate.index].isComplete = true }
  }

  private func units(of candidate: Candidate, number: Int) -> [WorkUnit] {
    let seeds = candidate.problem.experiment.model.isConstant ? 1 : settings.seeds
    return candidate.problem.folds.flatMap { fold in
      (0..<seeds).map { WorkUnit(trial: number, fold: fold, member: .network(seed: $0)) }
    }
  }

  /// The config and the problem of a trial.
  private func trial(_ trial: SearchTrial) throws -> (JSONValue, Problem) {
    let (experiment, config) = try configured(trial)
    let problem = try Problem(searching: experiment, data: loaded.data, pool: loaded.pool)
    try problem.checkModel()
    return (config, problem)
  }

  /// The experiment of a trial, and its config with the orders of fractional differences that it uses.
  private func configured(_ trial: SearchTrial) throws -> (Experiment, JSONValue) {
    var document = try ConfigDocument(parsing: loaded.config.text(), file: directory.config)
    for (key, value) in trial.values {
      try document.apply(
        ConfigOverride(keys: key.split(separator: ".").map { String($0) }, value: value))
    }
    let (experiment, resolved) = try document.decode { Experiment($0) }
    // A choice of features may bring a fractional difference whose order is still to be found.
    let found = try experiment.resolvingFractionalOrders(
      loaded.data, heldOutBlocks: experiment.search.folds)
    return (
      found.experiment,
      found.notes.isEmpty ? resolved : found.experiment.givingFractionalOrders(resolved)
    )
  }

  /// Notes what a rung found of a trial: the mean loss of its units, or why one failed.
  private func read(_ candidate: Candidate, _ stage: Stage, into trial: inout SearchTrial) throws {
    var sum = 0.0
    let units = units(of: candidate, number: trial.number)
    for unit in units {
      let record = try UnitRecord(contentsOf: directory.record(unit, stage))
      guard record.origin == candidate.origin.fingerprint else {
        throw ExperimentError(
          "\(directory.record(unit, stage)) belongs to another search; start this one in a new directory"
        )
      }
      if let failure = record.failure {
        trial.failure = failure
        return
      }
      sum += record.validation
    }
    trial.losses.append(sum / Double(units.count))
  }

  /// Writes what was found: `trials.csv`, `search.svg`, and `best.json`, an experiment to run.
  func write(_ result: SearchResult) throws {
    try AtomicFile.write(result.csv, to: directory.file("trials.csv"))
    try AtomicFile.write(
      SearchPicture(result: result, title: experiment.name).svg, to: directory.file("search.svg"))
    guard let best = result.best else {
      let reason = result.trials.compactMap(\.failure).first ?? "no reason"
      throw ExperimentError(
        "\(directory.path): all \(result.trials.count) trials failed, the first one: \(reason)")
    }
    try AtomicFile.write(try bestConfig(best).text(), to: directory.file("best.json"))
  }

  /// The config of the best trial: it says how many were tried, which deflates its Sharpe ratio, and the
  /// orders of fractional differences that the trial used, which a run would find on other rows.
  private func bestConfig(_ best: SearchTrial) throws -> JSONValue {
    // It may be run from anywhere: paths that start at the search's folder become whole ones.
    let here = FileManager.default.currentDirectoryPath
    let folder =
      loaded.folder == "."
      ? here : loaded.folder.hasPrefix("/") ? loaded.folder : here + "/" + loaded.folder
    var moved = config
    for keys in DataSettings.paths { ConfigInheritance.move(&moved, keys[...], to: folder) }
    var document = try ConfigDocument(parsing: moved.text(), file: directory.config)
    func set(_ keys: [String], _ value: JSONValue) throws {
      try document.apply(ConfigOverride(keys: keys, value: value))
    }
    for (key, value) in best.values {
      try set(key.split(separator: ".").map { String($0) }, value)
    }
    try set(["report", "trials"], JSONValue(experiment.report.trials + settings.trials - 1))
    try set(["search", "space"], JSONValue(.object([])))
    var resolved = try document.decode { Experiment($0) }.resolved
    resolved["features"]?["asset"] = try configured(best).1["features"]?["asset"]
    return resolved
  }
}
