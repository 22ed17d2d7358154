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
  /// What checkpoints must have been written with.
  let origin: CheckpointOrigin
  let threads: Int
  /// Asked after every step; where it says yes, everything under way is saved and left.
  var stop: StopRequest?

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
  /// Units that start from one another's parameters follow each other, all others run beside each
  /// other. After a failure the units under way come to their end (and are saved), no other begins,
  /// and the failure of the first failed unit is thrown; an ``Interruption`` when it was asked to stop.
  func run(progress: ProgressBar? = nil) throws -> [FittedUnit] {
    let units = units
    let chains =
      problem.experiment.training.warmStart
      ? Dictionary(grouping: units.indices) { units[$0].member }.values.sorted { $0[0] < $1[0] }
      : units.indices.map { [$0] }
    let results = Mutex([Int: Result<FittedUnit, any Error>]())
    let next = Atomic<Int>(0)
    let failed = Atomic<Bool>(false)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, chains.count))) { _ in
      while !failed.load(ordering: .relaxed) {
        let chain = next.add(1, ordering: .relaxed).oldValue
        guard chain < chains.count else { return }
        var before: FittedUnit?
        for index in chains[chain] where !failed.load(ordering: .relaxed) {
          let result = Result { try fit(units[index], after: before, progress) }
          if case .failure = result { failed.store(true, ordering: .relaxed) }
          before = try? result.get()
          results.withLock { $0[index] = result }
        }
      }
    }
    let all = results.withLock { $0 }
    // A unit that was asked to stop is no failure; one that failed at the same time says more.
    var interruption: Interruption?
    for index in units.indices {
      guard case .failure(let error) = all[index] else { continue }
      guard let stopped = error as? Interruption else { throw error }
      interruption = stopped
    }
    if let interruption { throw interruption }
    return try units.indices.compactMap { try all[$0]?.get() }
  }

  private func fit(
    _ unit: WorkUnit, after before: FittedUnit?, _ progress: ProgressBar?
  ) throws -> FittedUnit {
    if let signal = stop?.signal { throw Interruption(signal: signal) }
    let fitter = try Fitter(problem, unit, warmStart: before?.state.best)
    let training = problem.experiment.training
    let total = training.epochs + 1
    let files = directory.map {
      CheckpointFiles(path: $0.checkpoint(unit), kept: training.checkpointsKept)
    }
    var state = fitter.initialState
    if let files {
      let saved = try files.newest(unit: unit, origin: origin, initial: state) {
        progress?.note("note: \($0)")
      }
      state = saved ?? state
    }
    let label = "fold \(unit.fold.index + 1)/\(problem.folds.count) \(unit.member.name)"
    progress?.advance(by: state.isFinished ? 0 : state.epochs.count, status: label)
    state = try fitter.fit(
      from: state, pause: { stop?.signal != nil },
      checkpoint: { try files?.write($0, unit: unit, origin: origin) },
      progress: { state in
        progress?.advance(status: "\(label), \(state.summary)")
      })
    if !state.isFinished, let signal = stop?.signal { throw Interruption(signal: signal) }
    progress?.advance(by: total - state.epochs.count)
    return FittedUnit(unit: unit, state: state, decisions: try fitter.decideTests(state.best))
  }
}

/// A trained unit and what it decides in its test.
struct FittedUnit: Sendable {
  let unit: WorkUnit
  let state: FitState
  let decisions: PolicyDecisions
}
