internal import Dispatch
internal import Synchronization

/// Trains all units of a run, some at once, each to the same bits whatever runs beside it.
///
/// A unit that a checkpoint shows finished is read, one that it shows begun is continued, all
/// others start anew: running again after an interruption is resuming.
struct Runner: Sendable {
  let problem: Problem
  /// Where checkpoints go; nil keeps everything in memory.
  let directory: RunDirectory?
  let fingerprint: String
  let threads: Int

  /// The units, by fold and then by member.
  var units: [WorkUnit] {
    let experiment = problem.experiment
    var members = (0..<experiment.training.seeds).map { Member.network(seed: $0) }
    if experiment.model.isConstant { members = [.network(seed: 0)] }
    if experiment.strategy != nil { members = [] }
    if experiment.baselines.contains(where: { $0.rule == .constantBudgets }) {
      members.append(.constants)
    }
    return problem.folds.flatMap { fold in members.map { WorkUnit(fold: fold, member: $0) } }
  }

  /// The fits of all units, in the order of ``units``.
  ///
  /// After a failure the units under way come to their end (and are saved), no other begins, and
  /// the failure of the first failed unit is thrown.
  func run(progress: ProgressBar? = nil) throws -> [FittedUnit] {
    let units = units
    let results = Mutex([Int: Result<FittedUnit, any Error>]())
    let next = Atomic<Int>(0)
    let failed = Atomic<Bool>(false)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, units.count))) { _ in
      while !failed.load(ordering: .relaxed) {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < units.count else { return }
        let result = Result { try fit(units[index], progress) }
        if case .failure = result { failed.store(true, ordering: .relaxed) }
        results.withLock { $0[index] = result }
      }
    }
    let all = results.withLock { $0 }
    for index in units.indices { if case .failure(let error) = all[index] { throw error } }
    return try units.indices.compactMap { try all[$0]?.get() }
  }

  private func fit(_ unit: WorkUnit, _ progress: ProgressBar?) throws -> FittedUnit {
    let fitter = try Fitter(problem, unit)
    let total = problem.experiment.training.epochs + 1
    var state = fitter.initialState
    if let directory, directory.exists(directory.checkpoint(unit)) {
      state = try FitCheckpoint.read(
        directory.checkpoint(unit), unit: unit, fingerprint: fingerprint, initial: state)
    }
    let label = "fold \(unit.fold.index + 1)/\(problem.folds.count) \(unit.member.name)"
    progress?.advance(by: state.isFinished ? 0 : state.epochs.count, status: label)
    state = try fitter.fit(
      from: state,
      checkpoint: { state in
        guard let directory else { return }
        try FitCheckpoint.write(
          state, unit: unit, fingerprint: fingerprint, to: directory.checkpoint(unit))
      },
      progress: { epoch in progress?.advance(status: "\(label), epoch \(epoch)") })
    let done = state.epochs.count
    progress?.advance(by: total - done)
    return FittedUnit(
      unit: unit, state: state, decisions: try fitter.decide(unit.fold.test, state.best))
  }
}

/// A trained unit and what it decides in its test.
struct FittedUnit: Sendable {
  let unit: WorkUnit
  let state: FitState
  let decisions: PolicyDecisions
}
