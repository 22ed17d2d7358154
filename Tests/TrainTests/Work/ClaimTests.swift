import Foundation
import Synchronization
import Testing

@testable import Train

@Suite struct ClaimTests {
  private let folder: TemporaryDirectory
  private var path: String { folder.path + "/claim.json" }

  init() throws { folder = try TemporaryDirectory() }

  private func worker(
    _ pid: Int = Int(getpid()), host: String = "here", job: String? = nil, restarts: Int = 0
  ) -> WorkerName {
    WorkerName(host: host, pid: pid, job: job, restarts: restarts, moment: UInt64(pid))
  }

  private func age(_ seconds: Double) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: path)
  }

  @Test func onlyOneOfManyGetsIt() throws {
    let winners = Mutex(0)
    let path = path
    let workers = (0..<32).map { worker(1000 + $0, host: "node\($0)") }
    DispatchQueue.concurrentPerform(iterations: 32) { index in
      let claim = try? Claim.acquire(path, by: workers[index], staleAfter: 60)
      if claim != nil { winners.withLock { $0 += 1 } }
    }
    #expect(winners.withLock { $0 } == 1)
    // Nothing else is left beside it.
    #expect(try folder.names() == ["claim.json"])
  }

  @Test func aReleasedClaimIsFreeAgain() throws {
    let first = try #require(try Claim.acquire(path, by: worker(1, host: "a"), staleAfter: 60))
    #expect(try Claim.acquire(path, by: worker(2, host: "b"), staleAfter: 60) == nil)
    first.release()
    #expect(try folder.names() == [])
    #expect(try Claim.acquire(path, by: worker(2, host: "b"), staleAfter: 60) != nil)
  }

  @Test func aSilentWorkerLosesIt() throws {
    let first = try #require(try Claim.acquire(path, by: worker(1, host: "a"), staleAfter: 60))
    try age(59)
    #expect(try Claim.acquire(path, by: worker(2, host: "b"), staleAfter: 60) == nil)
    first.beat()
    try age(61)
    let second = try #require(try Claim.acquire(path, by: worker(2, host: "b"), staleAfter: 60))
    // The first one finds out, lets go, and does not take the second one's claim with it.
    #expect(first.isHeld)
    first.beat()
    #expect(!first.isHeld && second.isHeld)
    first.release()
    #expect(Claim.holder(of: path)?.pid == 2)
  }

  @Test func aBeatKeepsItFresh() throws {
    let first = try #require(try Claim.acquire(path, by: worker(1, host: "a"), staleAfter: 60))
    try age(61)
    first.beat()
    #expect(try Claim.acquire(path, by: worker(2, host: "b"), staleAfter: 60) == nil)
  }

  @Test func aDeadProcessOfTheSameHostLosesItAtOnce() throws {
    // A process that has ended, and was waited for.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exit 0"]
    try process.run()
    process.waitUntilExit()
    let dead = worker(Int(process.processIdentifier))
    _ = try Claim.acquire(path, by: dead, staleAfter: 60)
    // From another host nobody can tell, from the same one it is plain.
    #expect(try Claim.acquire(path, by: worker(host: "another"), staleAfter: 60) == nil)
    #expect(try Claim.acquire(path, by: worker(), staleAfter: 60) != nil)
  }

  @Test func aRestartedSlurmTaskTakesItsOwnClaimBack() throws {
    _ = try Claim.acquire(path, by: worker(1, host: "node1", job: "7_3"), staleAfter: 60)
    let other = worker(2, host: "node2", job: "7_4", restarts: 1)
    #expect(try Claim.acquire(path, by: other, staleAfter: 60) == nil)
    let again = worker(2, host: "node2", job: "7_3", restarts: 1)
    #expect(try Claim.acquire(path, by: again, staleAfter: 60) != nil)
  }

  @Test func anIllegibleClaimWaitsUntilItIsStale() throws {
    try Data("{".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try Claim.acquire(path, by: worker(1, host: "a"), staleAfter: 60) == nil)
    try age(61)
    #expect(try Claim.acquire(path, by: worker(1, host: "a"), staleAfter: 60) != nil)
  }

  @Test func namesSurviveTheFile() {
    let name = worker(7, host: "node\"7", job: "1_2", restarts: 3)
    #expect(WorkerName(name.json) == name)
    #expect(WorkerName(JSONValue("x")) == nil)
  }
}
