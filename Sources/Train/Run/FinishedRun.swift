internal import Finance

/// A finished run read back from its directory: what reports, attributions and stress tests start from.
struct FinishedRun: Sendable {
  let directory: RunDirectory
  /// The config and the provenance of its data.
  let loaded: LoadedExperiment
  let problem: Problem
  let result: RunResult

  /// Reads config, data and checkpoints again, and decides the tests again.
  ///
  /// Throws an ``ExperimentError`` for a run that is not finished, or whose data, program or precision
  /// are not those it was made with.
  init(_ path: String, threads: Int) throws {
    directory = try RunDirectory.existing(path)
    guard directory.isFinished else {
      throw ExperimentError(
        "\(directory.path): not finished yet; go on by 'train resume \(directory.path)'")
    }
    let provenance = try Provenance(contentsOf: directory.provenance)
    loaded = try LoadedExperiment(config: directory.config, folder: provenance.folder)
    try provenance.requireSame(as: loaded.provenance, run: directory.path)
    problem = try Problem(loaded.experiment, data: loaded.data)
    let runner = Runner(
      problem: problem, directory: directory, origin: loaded.origin, threads: threads)
    for unit in runner.units where !directory.exists(directory.checkpoint(unit)) {
      throw ExperimentError(
        "\(directory.checkpoint(unit)): missing, though the run is marked as finished; start a new run"
      )
    }
    result = try RunResult(problem, fits: try runner.run())
  }
}
