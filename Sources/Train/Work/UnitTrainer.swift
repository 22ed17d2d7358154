internal import Autodiff
internal import Finance

/// Brings one stage of a unit from whatever lies in its folder to its record.
struct UnitTrainer {
  enum Outcome: Equatable {
    /// The record was there, or is now.
    case done
    /// Saved and left, because a signal asked to stop.
    case stopped(Int32)
    /// Left to another worker, who took the claim over.
    case lost
  }

  let directory: RunDirectory
  let work: UnitWork
  let worker: String
  /// Whether a failure of training is a result to record, as in a search, or ends the run.
  let recordsFailures: Bool

  private var unit: WorkUnit { work.unit }

  /// Trains; the claim must be held.
  func train(_ claim: Claim, stop: StopRequest?, progress: ProgressBar?) throws -> Outcome {
    guard recordsFailures else { return try fit(claim, stop, progress) }
    do { return try fit(claim, stop, progress) } catch let error where Self.isOfTraining(error) {
      let record = UnitRecord(
        unit: unit.path, stage: work.stage.name, origin: work.origin.fingerprint, sha256: "",
        epochs: 0, validation: .nan, seconds: 0, worker: worker, failure: "\(error)")
      try AtomicFile.write(record.json.text(), to: directory.record(unit, work.stage))
      return .done
    }
  }

  /// Whether an error lies in what is trained, so that another trial may succeed.
  static func isOfTraining(_ error: any Error) -> Bool {
    error is TrainingError || error is ExperimentError || error is RiskBudgetError
      || error is SimplexBoundsError || error is ConfigError || error is FeatureError
  }

  private func fit(
    _ claim: Claim, _ stop: StopRequest?, _ progress: ProgressBar?
  ) throws -> Outcome {
    if let signal = stop?.signal { return .stopped(signal) }
    let begin = ProgressBar.monotonicSeconds()
    let problem = try work.problem()
    let fitter = try Fitter(problem, unit, warmStart: try warmStart(problem))
    let stage = work.stage
    let files = CheckpointFiles(
      path: directory.checkpoint(unit), kept: problem.experiment.training.checkpointsKept)
    var state = try saved(files, initial: fitter.initialState, progress) ?? fitter.initialState
    let begun = state.epochs.count
    if work.continues == nil {
      progress?.advance(by: begun, status: unit.path, details: unit.details)
    }
    state = try fitter.fit(
      from: state, upTo: stage.epochs,
      pause: { !claim.isHeld || stop?.signal != nil },
      checkpoint: { state in
        // The end of a stage goes to a file of its own, and a unit lost is another's.
        guard !stage.isReached(by: state), claim.isHeld else { return }
        try files.write(state, unit: unit, origin: work.origin)
      },
      progress: { state in
        progress?.advance(
          status: "\(unit.path), \(state.summary)", details: unit.details + state.details)
      })
    guard stage.isReached(by: state) else {
      guard claim.isHeld, let signal = stop?.signal else { return .lost }
      return .stopped(signal)
    }
    let result = directory.result(unit, stage)
    try FitCheckpoint.write(state, unit: unit, origin: work.origin, to: result)
    let record = UnitRecord(
      unit: unit.path, stage: stage.name, origin: work.origin.fingerprint,
      sha256: try SHA256.hex(ofFile: result), epochs: state.epochs.count,
      validation: state.bestValidation, seconds: ProgressBar.monotonicSeconds() - begin,
      worker: worker)
    try AtomicFile.write(record.json.text(), to: directory.record(unit, stage))
    files.remove()
    let before = work.continues == nil ? 0 : begun
    progress?.advance(
      by: max(0, work.steps - (state.epochs.count - before)),
      details: unit.details + [("finished", true)])
    return .done
  }

  /// What an interrupted worker left, or the result of the stage before.
  private func saved(
    _ files: CheckpointFiles, initial: FitState, _ progress: ProgressBar?
  ) throws -> FitState? {
    let checkpoint = try files.newest(unit: unit, origin: work.origin, initial: initial) {
      progress?.warn($0)
    }
    if let checkpoint { return checkpoint }
    guard let before = work.continues else { return nil }
    return try FitCheckpoint.read(
      directory.result(unit, before), unit: unit, origin: work.origin, initial: initial)
  }

  private func warmStart(_ problem: Problem) throws -> Parameters? {
    guard let before = work.startsFrom else { return nil }
    let fitter = try Fitter(problem, before)
    return try FitCheckpoint.read(
      directory.result(before, .whole), unit: before, origin: work.origin,
      initial: fitter.initialState
    ).best
  }
}
