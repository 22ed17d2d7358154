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
  init(_ path: String) throws {
    let run = try PlannedRun(opening: path)
    guard run.directory.isFinished else {
      throw ExperimentError(
        "\(run.directory.path): not finished yet; go on by 'train resume \(run.directory.path)'")
    }
    (directory, loaded, problem) = (run.directory, run.loaded, run.problem)
    result = try run.result()
  }
}
