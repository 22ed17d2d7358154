import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct RunConversionTests {
  private func converted(_ run: SmallRun) -> RunDirectory {
    RunDirectory(path: run.folder.path + "/converted")
  }

  private func state(_ directory: RunDirectory, _ unit: WorkUnit, _ path: String) throws -> FitState
  {
    let run = try PlannedRun(opening: directory.path)
    let fitter = try Fitter(run.problem, unit)
    return try FitCheckpoint.read(
      path, unit: unit, origin: run.loaded.origin, initial: fitter.initialState)
  }

  /// There and back: what the other precision holds, in this one; then results and predictions of it.
  @Test func aFinishedRunConvertsAndIsReadAgain() throws {
    let run = try SmallRun()
    let before = try FinishedRun(run.directory.path).result
    try run.relabel({ $0.scalar = SmallRun.otherPrecision }, arrays: SmallRun.inOtherPrecision)
    let target = converted(run)
    let count = try RunConversion(run.directory.path).write(to: target)
    #expect(count == (before.fits.count, 0))
    let planned = try PlannedRun(opening: target.path)
    #expect(planned.provenance.scalar == "\(Scalar.self)")
    #expect(planned.provenance.convertedFrom?.hasPrefix(SmallRun.otherPrecision) == true)
    let after = try planned.result()
    for (old, new) in zip(before.fits, after.fits) {
      #expect(new.state.best.values.map { Float($0) } == old.state.best.values.map { Float($0) })
      #expect(
        new.state.parameters.values.map { Float($0) }
          == old.state.parameters.values.map { Float($0) })
      #expect(new.state.epochs == old.state.epochs && new.state.scaler == old.state.scaler)
      #expect(new.state.isFinished && new.state.bestEpoch == old.state.bestEpoch)
    }
    // Float holds 24 bits; the solver and the network hardly amplify them.
    for (a, b) in zip(before.model.weights.elements, after.model.weights.elements) {
      #expect(abs(a - b) < 1e-5)
    }
    try RunCommand.finish(planned, threads: 1, Console(.quiet, results: .none))
    let finished = try FinishedRun(target.path)
    #expect(finished.result.model.weights == after.model.weights)
    let prediction = try Prediction(
      finished.loaded.experiment, run: target, data: finished.loaded.data)
    #expect(abs(prediction.weights.reduce(0, +) - 1) < 1e-6)
    // And back again: nothing is lost on the way to more digits, or twice to fewer.
    let (weights, other) = (after.fits.map(\.state.best.values), SmallRun.otherPrecision)
    let units = planned.problem.units
    try run.relabel(
      { $0.scalar = other }, arrays: SmallRun.inOtherPrecision, in: target)
    let back = RunDirectory(path: run.folder.path + "/back")
    _ = try RunConversion(target.path).write(to: back)
    for (unit, values) in zip(units, weights) {
      let again = try state(back, unit, back.result(unit, .whole)).best.values
      #expect(again.map { Float($0) } == values.map { Float($0) })
    }
  }

  /// A run in progress is gone on with: the begun network from where it stood, the others from the start.
  @Test func aBegunRunIsGoneOnWith() throws {
    let run = try SmallRun(planning: ["training.checkpointEvery=1"])
    let planned = try PlannedRun(opening: run.directory.path)
    let unit = planned.problem.units[0]
    try run.directory.create(unit)
    let fitter = try Fitter(planned.problem, unit)
    let begun = try fitter.fit(from: fitter.initialState, upTo: 2)
    try FitCheckpoint.write(
      begun, unit: unit, origin: planned.loaded.origin, to: run.directory.checkpoint(unit))
    try run.relabel({ $0.scalar = SmallRun.otherPrecision }, arrays: SmallRun.inOtherPrecision)
    let target = converted(run)
    #expect(try RunConversion(run.directory.path).write(to: target) == (0, 1))
    let taken = try state(target, unit, target.checkpoint(unit))
    #expect(taken.epochs == begun.epochs && !taken.isFinished)
    #expect(taken.optimizer.mean.map { Float($0) } == begun.optimizer.mean.map { Float($0) })
    try RunCommand.finish(
      try PlannedRun(opening: target.path), threads: 1, Console(.quiet, results: .none))
    let end = try state(target, unit, target.result(unit, .whole))
    #expect(try end == fitter.fit(from: taken))
  }

  @Test func nonsenseIsRefusedAndLeavesNoRun() throws {
    let run = try SmallRun()
    let units = try PlannedRun(opening: run.directory.path).problem.units
    let same = #expect(throws: ExperimentError.self) { try RunConversion(run.directory.path) }
    #expect(same?.description.contains("is in \(Scalar.self), as this program computes") == true)
    try run.relabel({ $0.scalar = SmallRun.otherPrecision }, arrays: SmallRun.inOtherPrecision)
    let taken = #expect(throws: ExperimentError.self) {
      try RunConversion(run.directory.path).directory(run.directory.path)
    }
    #expect(taken?.description.contains("exists already and is not empty") == true)
    let unit = try #require(units.last)
    var bytes = try FileBytes.read(run.directory.result(unit, .whole))
    bytes[bytes.count - 5] ^= 8
    try AtomicFile.write(bytes, to: run.directory.result(unit, .whole))
    let target = converted(run)
    let damaged = #expect(throws: CheckpointError.self) {
      try RunConversion(run.directory.path).write(to: target)
    }
    #expect(damaged?.kind == .damaged)
    #expect(throws: ExperimentError.self, "no run.json: nobody may go on with half of it") {
      try RunDirectory.existing(target.path)
    }
  }
}
