internal import Dispatch
internal import Kernels
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// What the threads of a pool share; they keep it alive until they have ended.
final class ThreadTeam: Sendable {
  /// A piece of work, on the stack of the thread that asked for it.
  struct Job {
    let type: any ShardedWork.Type
    let work: UnsafeRawPointer
  }

  static let maximumShards = (1 << 20) - 1
  private static let field: UInt64 = (1 << 20) - 1

  /// Generation (24 bits), number of shards (20) and the next shard (20) in one word: taking a
  /// shard is one exchange, which fails when the word belongs to another piece of work meanwhile.
  private let ticket = Atomic<UInt64>(0)
  /// The address of the job.
  ///
  /// Valid for whoever holds a shard, because the caller waits for it.
  private let job = Atomic<UInt>(0)
  private let finished = Atomic<Int>(0)
  private let isBusy = Atomic<Bool>(false)
  private let isStopping = Atomic<Bool>(false)
  /// Helpers that sleep, or are about to, and have not been woken.
  private let sleepers = Atomic<Int>(0)
  private let alarm = DispatchSemaphore(value: 0)

  /// Turns of the waiting loop before a helper sleeps (some 0.1 ms), and before it first offers its
  /// processor to other threads.
  private static let patience = 3000
  private static let politeness = 1000

  init(helpers: Int) {
    for helper in 0..<helpers { start(worker: helper + 1) }
  }

  // MARK: The caller's side

  /// Whether the team was free; it is the caller's until ``end()``.
  func begin() -> Bool {
    isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
  }

  func end() { isBusy.store(false, ordering: .releasing) }

  func run(_ job: UnsafePointer<Job>, shards: Int) {
    self.job.store(UInt(bitPattern: job), ordering: .relaxed)
    finished.store(0, ordering: .relaxed)
    let generation = (ticket.load(ordering: .relaxed) >> 40) &+ 1
    // Ordered before the load of `sleepers`: a helper counts itself before it looks at the ticket
    // for the last time, so one of the two sees the other.
    ticket.store(generation << 40 | UInt64(shards) << 20, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake() }
    help(as: 0)
    var turns = 0
    while finished.load(ordering: .acquiring) < shards {
      spinHint()
      turns += 1
      if turns > Self.politeness { sched_yield() }
    }
  }

  func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    wake()
  }

  private func wake() {
    let count = sleepers.exchange(0, ordering: .sequentiallyConsistent)
    for _ in 0..<count { alarm.signal() }
  }

  // MARK: The helpers' side

  /// Takes shards until none is left.
  private func help(as worker: Int) {
    while let shard = claim() {
      guard let job = UnsafePointer<Job>(bitPattern: job.load(ordering: .relaxed)) else {
        fatalError("ThreadPool: a shard without work")
      }
      job.pointee.type.run(at: job.pointee.work, shard: shard, worker: worker)
      finished.add(1, ordering: .acquiringAndReleasing)
    }
  }

  private func claim() -> Int? {
    var seen = ticket.load(ordering: .acquiring)
    while hasShard(seen) {
      let (exchanged, original) = ticket.compareExchange(
        expected: seen, desired: seen + 1, ordering: .acquiringAndReleasing)
      if exchanged { return Int(seen & Self.field) }
      seen = original
    }
    return nil
  }

  private func hasShard(_ ticket: UInt64) -> Bool {
    ticket & Self.field < (ticket >> 20) & Self.field
  }

  private func serve(as worker: Int) {
    var turns = 0
    while !isStopping.load(ordering: .acquiring) {
      if hasShard(ticket.load(ordering: .acquiring)) {
        help(as: worker)
        turns = 0
      } else if turns < Self.patience {
        spinHint()
        turns += 1
        if turns > Self.politeness && turns & 63 == 0 { sched_yield() }
      } else {
        sleep()
        turns = 0
      }
    }
  }

  private func sleep() {
    sleepers.add(1, ordering: .sequentiallyConsistent)
    guard
      hasShard(ticket.load(ordering: .sequentiallyConsistent))
        || isStopping.load(ordering: .sequentiallyConsistent)
    else { return alarm.wait() }
    // Work has come: withdraw, unless the waking thread has counted this one already, whose signal
    // must then be taken.
    var count = sleepers.load(ordering: .relaxed)
    while count > 0 {
      let (exchanged, original) = sleepers.compareExchange(
        expected: count, desired: count - 1, ordering: .acquiringAndReleasing)
      if exchanged { return }
      count = original
    }
    alarm.wait()
  }

  // MARK: Threads

  private struct Start {
    let team: ThreadTeam
    let worker: Int
  }

  private func start(worker: Int) {
    let start = UnsafeMutablePointer<Start>.allocate(capacity: 1)
    start.initialize(to: Start(team: self, worker: worker))
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = pthread_create(&thread, nil, { ThreadTeam.main($0) }, start)
    check(status == 0, "ThreadPool: the system refused a thread (error \(status))")
    #if canImport(Darwin)
      if let thread { pthread_detach(thread) }
    #else
      pthread_detach(thread)
    #endif
  }

  private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let start = argument?.assumingMemoryBound(to: Start.self) else { return nil }
    let (team, worker) = (start.pointee.team, start.pointee.worker)
    start.deinitialize(count: 1)
    start.deallocate()
    team.serve(as: worker)
    return nil
  }
}
