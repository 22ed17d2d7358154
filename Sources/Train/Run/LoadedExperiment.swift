internal import Finance
internal import Kernels

/// An experiment with its data read: what all commands start from.
struct LoadedExperiment: Sendable {
  let experiment: Experiment
  /// The config with every default resolved; decoding it gives the same experiment.
  let config: JSONValue
  let data: MarketData
  /// Those of the universes of ``Experiment/pool``.
  let pool: [MarketData]
  /// The folder that relative data paths start from.
  let folder: String
  /// The data files with their checksums.
  let files: [Provenance.DataFile]

  /// The experiment with all that training and backtests read.
  func problem() throws -> Problem { try Problem(experiment, data: data, pool: pool) }

  /// What the checkpoints of a run of it carry.
  var origin: CheckpointOrigin { CheckpointOrigin(provenance, config: config) }

  /// What this program would make a run with.
  ///
  /// The first use reads the whole executable.
  var provenance: Provenance {
    Provenance(config: config, folder: folder, data: files, character: DataCharacter(data))
  }

  /// Reads a config, applies overrides, and reads the data it names.
  ///
  /// Relative data paths start at `folder`, or at the config's own folder; those whose key under
  /// `data` is in `here`, at the current one. With `throughEnd` the data are used to their last row
  /// whatever the config says, and universes that only train are not read: for decisions of networks that
  /// are trained. A `folder` is that of a run, a search or a plan that was made before. `heldOutBlocks` are the blocks of validation before the first test: several in a search.
  init(
    config path: String, overrides: [ConfigOverride] = [], folder: String? = nil,
    here: Set<String> = [], throughEnd: Bool = false, heldOutBlocks: Int = 1
  ) throws {
    var document = try ConfigDocument(contentsOf: path, paths: DataSettings.paths)
    for override in overrides { try document.apply(override) }
    let (experiment, resolved) = try document.decode { Experiment($0) }
    if let wanted = experiment.execution.instructionSet { try InstructionSet.pin(wanted) }
    let base = folder ?? ConfigInheritance.folder(of: path)
    let loaded = try ExperimentData(
      experiment.data, indicatorNames: experiment.indicatorNames, folder: base, here: here,
      throughEnd: throughEnd, ofRun: folder != nil)
    let found = try experiment.resolvingFractionalOrders(
      loaded.data, heldOutBlocks: heldOutBlocks)
    self.experiment = found.experiment
    data = loaded.data.adding(notes: found.notes)
    var files = loaded.files
    pool =
      try throughEnd
      ? []
      : found.experiment.pool.map { universe in
        let own = try found.experiment.data(
          of: universe, folder: base, ofRun: folder != nil)
        files += own.files
        return own.data
      }
    self.files = files
    // The run keeps what was found, so that predictions use it.
    config = found.notes.isEmpty ? resolved : found.experiment.givingFractionalOrders(resolved)
    self.folder = base
  }
}
