import Autodiff
import Finance
import Foundation
import Synchronization
import Testing

@testable import Train

@Suite struct RunnerTests {
  private func withDirectory<Value>(_ body: (RunDirectory) throws -> Value) throws -> Value {
    let path = FileManager.default.temporaryDirectory.path + "/keel-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(RunDirectory(path: path))
  }

  private struct Interruption: Error {}

  @Test func resultsDoNotDependOnTheNumberOfThreads() throws {
    let problem = try SmallExperiment.problem()
    let one = try SmallExperiment.run(problem, threads: 1)
    for threads in [2, 3, 8] {
      let many = try SmallExperiment.run(problem, threads: threads)
      #expect(many.model.weights == one.model.weights)
      #expect(many.fits.map(\.state) == one.fits.map(\.state))
    }
  }

  @Test func anInterruptedRunResumesToTheSameBits() throws {
    let problem = try SmallExperiment.problem()
    let whole = try SmallExperiment.run(problem)
    try withDirectory { directory in
      let units = problem.units
      // What a kill leaves behind: one unit finished but for its record, one in the middle, the others
      // untouched.
      for unit in units.prefix(2) { try directory.create(unit) }
      try FitCheckpoint.write(
        whole.fits[0].state, unit: units[0], origin: .test, to: directory.checkpoint(units[0]))
      let fitter = try Fitter(problem, units[1])
      #expect(throws: Interruption.self) {
        try fitter.fit(
          from: fitter.initialState,
          checkpoint: { state in
            try FitCheckpoint.write(
              state, unit: units[1], origin: .test, to: directory.checkpoint(units[1]))
            throw Interruption()
          })
      }
      let middle = try FitCheckpoint.read(
        directory.checkpoint(units[1]), unit: units[1], origin: .test,
        initial: fitter.initialState)
      #expect(middle.epochs.count == 2 && !middle.isFinished)

      let resumed = try SmallExperiment.run(problem, threads: 2, in: directory)
      #expect(resumed.fits.map(\.state) == whole.fits.map(\.state))
      #expect(resumed.model.weights == whole.model.weights)
      #expect(resumed.model.path.returns == whole.model.path.returns)
      // Everything is saved now: reading it back gives the same again, and nothing else is left.
      let again = try SmallExperiment.run(problem, in: directory)
      #expect(again.fits.map(\.state) == whole.fits.map(\.state))
      #expect(!directory.exists(directory.checkpoint(units[1])))
      #expect(!directory.exists(directory.claim(units[1])))
    }
  }

  @Test func aRequestToStopSavesAndLosesNothing() throws {
    let problem = try SmallExperiment.problem(["training.epochs=30", "training.patience=30"])
    let whole = try SmallExperiment.run(problem)
    try withDirectory { directory in
      let works = UnitWork.all(of: problem, origin: .test)
      var stops = 0
      // Each turn is stopped as soon as it saved something; a turn that nothing stops is the last.
      for turn in 0..<1000 {
        let stop = StopRequest()
        let watcher = Thread {
          while !directory.exists(directory.checkpoint(works[turn % works.count].unit)) {
            Thread.sleep(forTimeInterval: 0.0005)
            if Thread.current.isCancelled { return }
          }
          stop.request()
        }
        watcher.start()
        defer { watcher.cancel() }
        do {
          try Runner(directory: directory, threads: 1, stop: stop).run(works)
          break
        } catch is Train.Interruption { stops += 1 }
      }
      #expect(stops > 0)
      let end = try SmallExperiment.merge(problem, in: directory)
      #expect(end.fits.map(\.state) == whole.fits.map(\.state))
    }
  }

  /// With files, threads and claims, or with none of them.
  @Test(arguments: [false, true]) func theSameWithoutAnyFile(warmStart: Bool) throws {
    let problem = try SmallExperiment.problem(["training.warmStart=\(warmStart)"])
    let plain = try problem.fitsInMemory()
    try withDirectory { directory in
      let works = UnitWork.all(of: problem, origin: .test)
      // In the worst order, and with more threads than units that can start.
      try Runner(directory: directory, threads: 4).run(works.reversed())
      let end = try SmallExperiment.merge(problem, in: directory)
      #expect(end.fits.map(\.state) == plain.map(\.state))
      #expect(end.fits.map(\.decisions.weights) == plain.map(\.decisions.weights))
    }
  }

  @Test func theFirstFailedUnitIsReportedAndOthersAreSaved() throws {
    var experiment = try SmallExperiment.experiment()
    experiment.training.learningRates = [("constants", 1e200)]
    experiment.training.clipNorm = 1e300
    let problem = try Problem(experiment, data: SmallExperiment.data)
    let error = #expect(throws: TrainingError.self) {
      try SmallExperiment.run(problem, threads: 2)
    }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("folds/00/seed-0, epoch "), "\(text)")
    #expect(text.contains("the largest parameter is in policy.constants"), "\(text)")
    #expect(text.contains("decision of 20"), "\(text)")
    #expect(text.contains("lower training.learningRate"), "\(text)")
  }

  /// Each fold starts where the one before ended, whatever the threads; a resumed run as well.
  @Test func warmStartsFollowTheFoldBefore() throws {
    let problem = try SmallExperiment.problem(["training.warmStart=true"])
    let one = try SmallExperiment.run(problem, threads: 1)
    #expect(try SmallExperiment.run(problem, threads: 3).fits.map(\.state) == one.fits.map(\.state))
    let cold = try SmallExperiment.run(try SmallExperiment.problem())
    for (warm, other) in zip(one.fits, cold.fits) {
      #expect((warm.state == other.state) == (warm.unit.fold.index == 0))
    }
    let second = try #require(one.fits.first { $0.unit.fold.index == 1 })
    let first = try #require(one.fits.first { $0.unit.member == second.unit.member })
    let fitter = try Fitter(problem, second.unit, warmStart: first.state.best)
    #expect(fitter.initialState.parameters == first.state.best)
    #expect(try fitter.fit(from: fitter.initialState) == second.state)
    try withDirectory { directory in
      let stop = StopRequest()
      stop.request()
      let runner = Runner(directory: directory, threads: 2, stop: stop)
      #expect(throws: Train.Interruption.self) {
        try runner.run(UnitWork.all(of: problem, origin: .test))
      }
      let resumed = try SmallExperiment.run(problem, threads: 2, in: directory)
      #expect(resumed.fits.map(\.state) == one.fits.map(\.state))
    }
  }
}
