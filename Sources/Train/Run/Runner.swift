internal import Dispatch
internal import Foundation
internal import Synchronization

/// Does the work of a run: all of it, or a share beside other workers on other machines.
///
/// A unit with a record is done, one with a checkpoint is continued, all others start anew; each comes
/// to the same bits whatever runs beside it. A unit that another worker has claimed is waited for, and
/// taken over when its worker is gone: `run` returns when all that it was given is done.
struct Runner: Sendable {
  let directory: RunDirectory
  /// Units trained at once.
  let threads: Int
  /// Asked after every step; where it says yes, everything under way is saved and left.
  var stop: StopRequest?
  /// Whether a failure of training is recorded like a result; otherwise it ends the run.
  var recordsFailures = false
  /// A claim that was not touched for so many seconds is taken over.
  var staleAfter = Runner.standardStaleAfter

  /// Three minutes: network file systems may show a touch up to a minute late.
  static let standardStaleAfter = 180.0

  /// Does all of `works`, in their order as far as others do not hold them.
  ///
  /// After a failure the units under way come to their end (and are saved), no other begins, and the
  /// failure of the first failed unit is thrown; an ``Interruption`` when it was asked to stop.
  func run(_ works: [UnitWork], progress: ProgressBar? = nil) throws {
    let worker = WorkerName.current()
    let keeper = ClaimKeeper(every: staleAfter / 6)
    let state = Mutex(Queue(waiting: Array(works.indices)))
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, works.count))) { _ in
      var delay = 0.02
      while let index = state.withLock({ $0.next() }) {
        let result = Result { try attempt(works[index], worker, keeper, progress) }
        let isInVain = state.withLock { $0.finish(index, result) }
        // Only others' units are left, or such as wait for them: look again later.
        if isInVain { Thread.sleep(forTimeInterval: delay) }
        delay = isInVain ? min(2 * delay, 1) : 0.02
      }
    }
    let end = state.withLock { $0 }
    // A unit that was asked to stop is no failure; one that failed at the same time says more.
    if let failure = end.failures.min(by: { $0.key < $1.key }) { throw failure.value }
    if let signal = end.signal { throw Interruption(signal: signal) }
  }

  /// What became of a turn at a unit; nil where another worker holds it or it is not ready.
  private func attempt(
    _ work: UnitWork, _ worker: WorkerName, _ keeper: ClaimKeeper, _ progress: ProgressBar?
  ) throws -> UnitTrainer.Outcome? {
    if let signal = stop?.signal { return .stopped(signal) }
    let record = directory.record(work.unit, work.stage)
    func skip() -> UnitTrainer.Outcome {
      progress?.advance(by: work.steps, details: work.unit.details + [("finished", true)])
      return .done
    }
    if directory.exists(record) { return skip() }
    guard work.isReady(in: directory) else { return nil }
    try directory.create(work.unit)
    guard
      let claim = try Claim.acquire(
        directory.claim(work.unit), by: worker, staleAfter: staleAfter)
    else { return nil }
    keeper.add(claim)
    defer { keeper.release(claim) }
    // Another worker may have finished it between the look and the claim.
    if directory.exists(record) { return skip() }
    let trainer = UnitTrainer(
      directory: directory, work: work, worker: worker.description,
      recordsFailures: recordsFailures)
    return try trainer.train(claim, stop: stop, progress: progress)
  }

  /// Which units are left, in order; those that others hold go to the end.
  private struct Queue {
    var waiting: [Int]
    var failures: [Int: any Error] = [:]
    var signal: Int32?

    init(waiting: [Int]) { self.waiting = waiting.reversed() }

    mutating func next() -> Int? {
      failures.isEmpty && signal == nil ? waiting.popLast() : nil
    }

    /// Notes a turn's outcome and returns whether it was in vain.
    mutating func finish(
      _ index: Int, _ result: Result<UnitTrainer.Outcome?, any Error>
    ) -> Bool {
      switch result {
      case .success(.done): return false
      case .success(.stopped(let number)): signal = number
      case .success(.lost), .success(nil):
        waiting.insert(index, at: 0)
        return true
      case .failure(let error): failures[index] = error
      }
      return false
    }
  }
}
