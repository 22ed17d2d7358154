internal import Autodiff
internal import Finance

/// Takes a run over from the other precision into a directory of its own: its config, and every network
/// as far as it is trained.
///
/// Results are not taken over: they are what the networks decide in the new precision, and are made when
/// the run is gone on with.
struct RunConversion {
  private let source: RunDirectory
  private let from: CheckpointOrigin
  private let loaded: LoadedExperiment
  private let works: [UnitWork]
  private let remark: String
  private let kept: Int

  /// Opens the run.
  ///
  /// Throws an ``ExperimentError`` where it is in this program's precision already, or its config or data
  /// are not those it was made with.
  init(_ path: String) throws {
    source = try RunDirectory.existing(path)
    guard !SearchRun.isSearch(source) else {
      throw ExperimentError("\(source.path): is a search; convert runs only")
    }
    let provenance = try Provenance(contentsOf: source.provenance)
    guard provenance.scalar != "\(Scalar.self)" else {
      throw ExperimentError(
        "\(source.path): is in \(provenance.scalar), as this program computes; a program built with "
          + "other traits converts it (Double: no trait, Float: --traits SinglePrecision)")
    }
    try provenance.requireConfig(of: source)
    try provenance.preferInstructionSet()
    loaded = try LoadedExperiment(config: source.config, folder: provenance.folder)
    _ = try provenance.requireReadable(
      by: loaded.provenance, run: source.path, inAnyPrecision: true)
    from = CheckpointOrigin(
      provenance, config: try ConfigDocument(contentsOf: source.config).root)
    let problem = try loaded.problem()
    works = UnitWork.all(of: problem, origin: loaded.origin)
    kept = loaded.experiment.training.checkpointsKept
    remark = "\(provenance.scalar), executable \(provenance.executable)"
  }

  /// The directory of the converted run; a new one of the run's name where none is given.
  func directory(_ output: String?) throws -> RunDirectory {
    try RunDirectory.new(named: loaded.experiment.name, at: output)
  }

  /// Writes the run in this program's precision and returns how many networks it took over.
  ///
  /// Throws before the directory is a run's where a checkpoint is damaged or of something else.
  func write(to target: RunDirectory) throws -> (finished: Int, begun: Int) {
    var (finished, begun) = (0, 0)
    for work in works {
      let unit = work.unit
      let checkpoints = (0..<max(1, kept)).filter {
        source.exists(files(source, unit).path(age: $0))
      }
      let isFinished = source.exists(source.record(unit, work.stage))
      guard isFinished || !checkpoints.isEmpty else { continue }
      try target.create(unit)
      if isFinished {
        try writeResult(work, to: target)
        finished += 1
      } else {
        for age in checkpoints {
          try converted(files(source, unit).path(age: age), unit)
            .write(to: files(target, unit).path(age: age))
        }
        begun += 1
      }
    }
    // Last, because it makes the directory a run's.
    _ = try PlannedRun(loaded, in: target, convertedFrom: remark)
    return (finished, begun)
  }

  private func files(_ directory: RunDirectory, _ unit: WorkUnit) -> CheckpointFiles {
    CheckpointFiles(path: directory.checkpoint(unit), kept: kept)
  }

  private func converted(_ path: String, _ unit: WorkUnit) throws -> Safetensors {
    try FitCheckpoint.converted(path, unit: unit, from: from, to: loaded.origin)
  }

  private func writeResult(_ work: UnitWork, to target: RunDirectory) throws {
    let path = source.result(work.unit, work.stage)
    var record = try UnitRecord(contentsOf: source.record(work.unit, work.stage))
    guard try SHA256.hex(ofFile: path) == record.sha256 else {
      throw CheckpointError(
        path: path, kind: .damaged, problem: "its checksum is not the one in its record")
    }
    let result = target.result(work.unit, work.stage)
    try converted(path, work.unit).write(to: result)
    record.sha256 = try SHA256.hex(ofFile: result)
    record.origin = loaded.origin.fingerprint
    try AtomicFile.write(record.json.text(), to: target.record(work.unit, work.stage))
  }
}
