import Autodiff
import Finance
import Foundation
import Synchronization
import Testing

@testable import Train

@Suite struct MergeTests {
  private let folder: TemporaryDirectory
  private var directory: RunDirectory { RunDirectory(path: folder.path) }

  init() throws { folder = try TemporaryDirectory() }

  @Test func sharesGiveTheBitsOfOneMachine() throws {
    let problem = try SmallExperiment.problem()
    let whole = try SmallExperiment.run(problem)
    for index in [3, 1, 2] {
      try SmallExperiment.work(problem, Shard(index: index, count: 3), in: directory)
    }
    let merged = try SmallExperiment.merge(problem, in: directory)
    #expect(merged.fits.map(\.state) == whole.fits.map(\.state))
    #expect(merged.model.path.returns == whole.model.path.returns)
  }

  @Test func twoWorkersOnTheSameUnitsGiveOneResult() throws {
    let problem = try SmallExperiment.problem()
    let whole = try SmallExperiment.run(problem)
    // Both take everything; claims keep them apart.
    let directory = directory
    let errors = concurrently(2) { _ in try SmallExperiment.work(problem, in: directory) }
    #expect(errors.isEmpty)
    #expect(
      try SmallExperiment.merge(problem, in: directory).fits.map(\.state) == whole.fits.map(\.state)
    )
  }

  @Test func aUnitDoneTwiceWithoutClaimsHasTheSameBytes() throws {
    let problem = try SmallExperiment.problem()
    let unit = problem.units[0]
    let work = UnitWork.all(of: problem, origin: .test)[0]
    try SmallExperiment.work(problem, Shard(index: 1, count: 6), in: directory)
    let first = try FileBytes.read(directory.result(unit, .whole))
    let record = try UnitRecord(contentsOf: directory.record(unit, .whole))
    // A worker that never noticed the other one: it claims, trains and writes over.
    let claim = try #require(
      try Claim.acquire(directory.claim(unit), by: .current(), staleAfter: 60))
    let trainer = UnitTrainer(
      directory: directory, work: work, worker: "late", recordsFailures: false)
    #expect(try trainer.train(claim, stop: nil, progress: nil) == .done)
    #expect(try FileBytes.read(directory.result(unit, .whole)) == first)
    let again = try UnitRecord(contentsOf: directory.record(unit, .whole))
    #expect(again.sha256 == record.sha256 && again.worker == "late")
  }

  @Test func aWorkerThatLostItsClaimLeavesTheUnit() throws {
    let problem = try SmallExperiment.problem()
    let work = UnitWork.all(of: problem, origin: .test)[0]
    try directory.create(work.unit)
    let claim = try #require(
      try Claim.acquire(directory.claim(work.unit), by: .current(), staleAfter: 60))
    claim.release()
    let trainer = UnitTrainer(
      directory: directory, work: work, worker: "lost", recordsFailures: false)
    #expect(try trainer.train(claim, stop: nil, progress: nil) == .lost)
    #expect(!directory.exists(directory.record(work.unit, .whole)))
    #expect(!directory.exists(directory.checkpoint(work.unit)))
  }

  private func faults(_ problem: Problem) -> [MergeError.Fault] {
    do {
      _ = try SmallExperiment.merge(problem, in: directory)
      return []
    } catch let error as MergeError { return error.faults } catch {
      Issue.record("\(error)")
      return []
    }
  }

  @Test func missingDamagedAndForeignUnitsAreNamed() throws {
    let problem = try SmallExperiment.problem()
    let units = problem.units
    try SmallExperiment.work(problem, in: directory)
    #expect(faults(problem).isEmpty)

    // One bit of the tensors.
    let tensors = directory.result(units[0], .whole)
    var bytes = try FileBytes.read(tensors)
    bytes[bytes.count - 3] ^= 1
    try AtomicFile.write(bytes, to: tensors)
    // A record cut short.
    let record = directory.record(units[1], .whole)
    try AtomicFile.write(Array(try FileBytes.read(record).prefix(100)), to: record)
    // A unit of another program.
    let foreign = directory.record(units[2], .whole)
    var changed = try UnitRecord(contentsOf: foreign)
    let older = CheckpointOrigin(json: ["scalar": JSONValue("\(Scalar.self)"), "config": 2])
    let fitter = try Fitter(problem, units[2])
    let state = try FitCheckpoint.read(
      directory.result(units[2], .whole), unit: units[2], origin: .test,
      initial: fitter.initialState)
    try FitCheckpoint.write(
      state, unit: units[2], origin: older, to: directory.result(units[2], .whole))
    changed.origin = older.fingerprint
    changed.sha256 = try SHA256.hex(ofFile: directory.result(units[2], .whole))
    try AtomicFile.write(changed.json.text(), to: foreign)
    // A unit not done, and one whose tensors are gone.
    try FileManager.default.removeItem(atPath: directory.record(units[3], .whole))
    try FileManager.default.removeItem(atPath: directory.result(units[4], .whole))

    let faults = faults(problem)
    #expect(faults.map(\.unit) == units[0..<5].map(\.path))
    guard faults.count == 5 else { return }
    #expect(faults[3].kind == .missing)
    #expect(faults[2].kind == .foreign("was written by another run: config was 2 and is 1"))
    for index in [0, 1, 4] {
      guard case .damaged = faults[index].kind else {
        Issue.record("\(faults[index])")
        continue
      }
    }
    let text = MergeError(run: "runs/x", units: 6, faults: faults).description
    #expect(text.hasPrefix("runs/x: 5 of 6 units cannot be merged\n"))
    #expect(text.contains("folds/00/seed-0: damaged: "))
    #expect(text.contains("not done: \(units[3].path)"))
    #expect(text.contains("\(units[2].path): was written by another run: config was 2 and is 1"))
    #expect(text.contains("'train work runs/x'"))
  }

  @Test func recordsSurviveTheFile() throws {
    let record = UnitRecord(
      unit: "folds/00/seed-1", stage: "fit", origin: "cd", sha256: "ab",
      epochs: 7, validation: -0.1, seconds: 1.5, worker: "n1:3", failure: nil)
    let path = folder.path + "/record.json"
    try AtomicFile.write(record.json.text(), to: path)
    #expect(try UnitRecord(contentsOf: path) == record)
    var failed = record
    failed.failure = "the loss is nan"
    failed.validation = .nan
    try AtomicFile.write(failed.json.text(), to: path)
    let read = try UnitRecord(contentsOf: path)
    #expect(read.failure == failed.failure && read.validation.isNaN)
  }

  @Test func statusCountsWhatIsThere() throws {
    let problem = try SmallExperiment.problem()
    let list = UnitList(units: problem.units.map(\.path), epochs: 4)
    try AtomicFile.write(list.json.text(), to: directory.units)
    #expect(try UnitList(contentsOf: directory.units) == list)
    #expect(try RunStatus(directory).done == 0)
    try SmallExperiment.work(problem, Shard(index: 1, count: 2), in: directory)
    let other = problem.units[1]
    try directory.create(other)
    let claim = try Claim.acquire(directory.claim(other), by: .current(), staleAfter: 60)
    #expect(claim != nil)
    let status = try RunStatus(directory)
    let (units, folds) = (problem.units.count, problem.folds.count)
    #expect(status.units == units && status.done == (units + 1) / 2 && !status.isMerged)
    #expect(status.active.map(\.unit) == [other.path])
    #expect(status.folds.prefix(2).map(\.done) == [2, 1])
    #expect(status.folds.map(\.units) == [Int](repeating: 3, count: folds))
    #expect(status.secondsLeft ?? 0 > 0)
  }
}

/// Runs `body` on `count` threads at once and returns what they threw.
func concurrently(
  _ count: Int, _ body: @Sendable @escaping (Int) throws -> Void
) -> [String] {
  let errors = Mutex([String]())
  DispatchQueue.concurrentPerform(iterations: count) { index in
    do { try body(index) } catch { errors.withLock { $0.append("\(error)") } }
  }
  return errors.withLock { $0 }
}
