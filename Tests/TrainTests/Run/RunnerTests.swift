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
      try directory.create(folds: problem.folds)
      let units = Runner(
        problem: problem, directory: directory, origin: .test, threads: 1
      ).units
      // What a kill leaves behind: one unit finished, one in the middle, the others untouched.
      try FitCheckpoint.write(
        whole.fits[0].state, unit: units[0], origin: .test,
        to: directory.checkpoint(units[0]))
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
      // Everything is saved now: reading it back gives the same again.
      let again = try SmallExperiment.run(problem, in: directory)
      #expect(again.fits.map(\.state) == whole.fits.map(\.state))
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
      try directory.create(folds: problem.folds)
      let stop = StopRequest()
      stop.request()
      let runner = Runner(
        problem: problem, directory: directory, origin: .test, threads: 2, stop: stop)
      #expect(throws: Train.Interruption.self) { try runner.run() }
      #expect(
        try SmallExperiment.run(problem, threads: 2, in: directory).fits.map(\.state)
          == one.fits.map(\.state))
    }
  }
}
