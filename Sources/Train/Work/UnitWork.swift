internal import Finance

/// A stage of a unit to be done, with all that it takes.
struct UnitWork: Sendable {
  let unit: WorkUnit
  let stage: Stage
  /// The stage of the same unit that this one goes on from; nil for the first.
  var continues: Stage?
  /// The unit whose best parameters this one starts from; nil for a start of its own.
  var startsFrom: WorkUnit?
  /// What the unit is computed with.
  let origin: CheckpointOrigin
  /// The problem that the unit belongs to.
  let problem: @Sendable () throws -> Problem
  /// Epochs of the stage, as far as the config foretells them, the untrained start included.
  let steps: Int

  /// The units of a plain run, to their end.
  static func all(of problem: Problem, origin: CheckpointOrigin) -> [UnitWork] {
    problem.units.map { unit in
      var work = UnitWork(
        unit: unit, stage: .whole, origin: origin, problem: { problem },
        steps: problem.experiment.training.epochs + 1)
      if problem.experiment.training.warmStart {
        work.startsFrom = problem.folds.last { $0.index < unit.fold.index }
          .map { WorkUnit(fold: $0, member: unit.member) }
      }
      return work
    }
  }

  /// Whether what it starts from is done.
  func isReady(in directory: RunDirectory) -> Bool {
    (continues.map { directory.exists(directory.record(unit, $0)) } ?? true)
      && (startsFrom.map { directory.exists(directory.record($0, .whole)) } ?? true)
  }
}

extension Problem {
  /// The units of a run, by fold and then by member.
  var units: [WorkUnit] {
    folds.flatMap { fold in members.map { WorkUnit(fold: fold, member: $0) } }
  }

  /// The members that every fold trains.
  var members: [Member] {
    var members = (0..<experiment.networkCount).map { Member.network(seed: $0) }
    if experiment.strategy != nil { members = [] }
    if experiment.baselines.contains(where: { $0.rule == .constantBudgets }) {
      members += (0..<experiment.constantsCount).map { Member.constants(number: $0) }
    }
    members += forecastTargets.flatMap { target in
      (0..<experiment.training.seeds).map { Member.forecaster(target, seed: $0) }
    }
    return members
  }
}
