internal import Finance

/// A run whose directory exists: config, data and units, the same for everyone who works on it.
struct PlannedRun: Sendable {
  let directory: RunDirectory
  let loaded: LoadedExperiment
  let provenance: Provenance
  let problem: Problem
  /// All of its units, to their end.
  let works: [UnitWork]

  /// Makes the directory of a new run, with its config and what it is made with.
  init(planning config: String, overrides: [ConfigOverride], output: String?) throws {
    let loaded = try LoadedExperiment(config: config, overrides: overrides)
    try self.init(
      loaded, in: try RunDirectory.new(named: loaded.experiment.name, at: output))
  }

  /// The run of a loaded experiment in a directory: begun, or gone on with if it is the same.
  ///
  /// `problem` is the experiment's, where it is known already.
  init(
    _ loaded: LoadedExperiment, _ problem: Problem? = nil, in directory: RunDirectory,
    convertedFrom: String? = nil
  ) throws {
    let problem = try problem ?? loaded.problem()
    try problem.checkModel()
    var provenance = loaded.provenance
    provenance.convertedFrom = convertedFrom
    if directory.exists(directory.provenance) {
      try Provenance(contentsOf: directory.provenance)
        .requireSame(as: provenance, run: directory.path)
    } else {
      try directory.create()
      try AtomicFile.write(loaded.config.text(), to: directory.config)
      try AtomicFile.write(
        UnitList(
          units: problem.units.map(\.path), epochs: loaded.experiment.training.epochs
        ).json.text(), to: directory.units)
      // Last, because it makes the directory a run's.
      try AtomicFile.write(provenance.json.text(), to: directory.provenance)
    }
    self.init(directory, loaded, provenance, problem)
  }

  /// Opens the directory of a planned run, and refuses it to a program, a machine or data that would
  /// compute something else.
  init(opening path: String) throws {
    let directory = try RunDirectory.existing(path)
    let provenance = try Provenance(contentsOf: directory.provenance)
    try provenance.pinInstructionSet(run: directory.path)
    let loaded = try LoadedExperiment(config: directory.config, folder: provenance.folder)
    try provenance.requireSame(as: loaded.provenance, run: directory.path)
    self.init(
      directory, loaded, provenance, try loaded.problem())
  }

  private init(
    _ directory: RunDirectory, _ loaded: LoadedExperiment, _ provenance: Provenance,
    _ problem: Problem
  ) {
    self.directory = directory
    self.loaded = loaded
    self.provenance = provenance
    self.problem = problem
    works = UnitWork.all(of: problem, origin: loaded.origin)
  }

  /// A share of the units: every n-th, or all of every n-th member where folds start from the fold before.
  func share(_ shard: Shard) -> [UnitWork] {
    guard problem.experiment.training.warmStart else { return shard.share(of: works) }
    let members = Set(shard.share(of: problem.members))
    return works.filter { members.contains($0.unit.member) }
  }

  /// What the run found, from its finished units; see ``FinishedUnits``.
  func result() throws -> RunResult {
    let finished = FinishedUnits(directory: directory, origin: loaded.origin)
    return try RunResult(problem, fits: finished.fits(works.map(\.unit), of: problem))
  }
}
