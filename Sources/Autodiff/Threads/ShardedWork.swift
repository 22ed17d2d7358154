/// Work that falls into parts which can be done in any order, by any thread.
///
/// How the work is cut must not depend on the number of threads, and parts must not write to the
/// same memory; what they compute is then the same to the last bit with any number of threads.
/// Conforming types are plain structs of sizes and pointers.
///
/// A worker is one of the threads taking part, numbered from 0: parts done by the same worker may
/// use the same scratch memory, because they follow each other.
public protocol ShardedWork {
  /// Does part number `shard`.
  func run(shard: Int, worker: Int)
}

extension ShardedWork {
  /// Does one part of the work at an address.
  static func run(at address: UnsafeRawPointer, shard: Int, worker: Int) {
    address.assumingMemoryBound(to: Self.self).pointee.run(shard: shard, worker: worker)
  }
}
