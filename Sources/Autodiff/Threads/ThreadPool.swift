/// Threads that wait for sharded work, kept for the life of the pool.
///
/// The thread that calls ``run(_:shards:)`` takes part; the others wait in a short spin, because the
/// next operation of a training step usually follows within microseconds, and then sleep. Parts are
/// taken one by one by whoever is free, so that a thread that was slow to wake up delays nobody.
/// Threads are not bound to processors.
///
/// Only one piece of work runs at a time: while a pool is busy, further work (of another thread, or
/// of a part of the running work) is done by the thread that asks for it. Folds that already occupy
/// all processors therefore lose nothing by sharing a pool; giving their tapes no pool at all is
/// cheaper still.
public final class ThreadPool: Sendable {
  /// The number of threads, the caller's included.
  public let threadCount: Int
  private let team: ThreadTeam

  /// A pool of `threads` threads, one of which is the caller's.
  public init(threads: Int) {
    check(threads >= 1 && threads <= 1024, "ThreadPool: \(threads) threads")
    threadCount = threads
    team = ThreadTeam(helpers: threads - 1)
  }

  deinit { team.stop() }

  /// Does all parts of a piece of work and returns when they are done.
  ///
  /// Costs about a microsecond while the threads spin, some tens when they sleep: worth it for
  /// parts of 15 µs and more.
  public func run<Work: ShardedWork>(_ work: Work, shards: Int) {
    guard threadCount > 1, shards > 1, shards <= ThreadTeam.maximumShards, team.begin() else {
      for shard in 0..<shards { work.run(shard: shard, worker: 0) }
      return
    }
    withUnsafePointer(to: work) { pointer in
      withUnsafePointer(to: ThreadTeam.Job(type: Work.self, work: UnsafeRawPointer(pointer))) {
        team.run($0, shards: shards)
      }
    }
    team.end()
  }
}
