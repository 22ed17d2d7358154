internal import Finance

/// A finished run read back from its directory: what reports, attributions and stress tests start from.
///
/// A newer build of the program, or another machine, may read it; going on with a run is for the same
/// bits alone (``PlannedRun``).
struct FinishedRun: Sendable {
  let directory: RunDirectory
  /// The config, and the data read again.
  let loaded: LoadedExperiment
  /// What the run was made with.
  let provenance: Provenance
  let problem: Problem
  let result: RunResult
  /// What this program does not share with the one that made the run, and how far the weights it
  /// decides are from those of the run; empty where all is the same.
  let remarks: [String]

  /// Reads config, data and checkpoints again, and decides the tests again.
  ///
  /// Throws an ``ExperimentError`` for a run that is not finished, or whose config, data or precision
  /// are not those it was made with.
  init(_ path: String) throws {
    directory = try RunDirectory.existing(path)
    guard directory.isFinished else {
      throw ExperimentError(
        "\(directory.path): not finished yet; go on by 'train resume \(directory.path)'")
    }
    provenance = try Provenance(contentsOf: directory.provenance)
    try provenance.requireConfig(of: directory)
    try provenance.preferInstructionSet()
    loaded = try LoadedExperiment(config: directory.config, folder: provenance.folder)
    var remarks = try provenance.requireReadable(by: loaded.provenance, run: directory.path)
    problem = try loaded.problem()
    // The checkpoints are held against what the run was made with, not against this program.
    let origin = CheckpointOrigin(
      provenance, config: try ConfigDocument(contentsOf: directory.config).root)
    let finished = FinishedUnits(directory: directory, origin: origin)
    result = try RunResult(
      problem,
      fits: finished.fits(UnitWork.all(of: problem, origin: origin).map(\.unit), of: problem))
    if !remarks.isEmpty {
      let difference = try Self.difference(of: result.model, from: directory.file("weights.csv"))
      remarks.append(
        difference == 0
          ? "it decides the weights of the run again, to the bit"
          : "the weights it decides differ from the run's by at most \(difference)")
    }
    self.remarks = remarks
  }

  /// The warning to print where anything differs.
  var warnings: [String] {
    remarks.isEmpty
      ? []
      : ["\(directory.path) is read by another program: \(remarks.joined(separator: "; "))"]
  }

  /// Its report, with the sections that other commands left in its directory.
  func report(trials: Int? = nil) throws -> RunReport {
    RunReport(
      evidence: try RunEvidence(result, trials: trials), provenance: provenance, remarks: warnings,
      further: try FurtherSections.read(directory, problem))
  }

  /// The largest difference between decided weights and those in a file; infinite where dates or assets
  /// are others.
  private static func difference(of model: StrategyResult, from path: String) throws -> Double {
    let stored = try CSVPanelReader.read(path).values
    guard stored.rows == model.weights.rows, stored.columns == model.weights.columns else {
      return .infinity
    }
    return zip(stored.elements, model.weights.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }
}
