internal import Kernels
internal import KernelInterface

/// Adds parts of a sum, element by element in the order of the parts.
private struct PartialSums: ShardedWork {
  let parts: Int
  let first: UnsafePointer<Scalar>
  let stride: Int
  let target: UnsafeMutablePointer<Scalar>
  let count: Int

  /// Elements of one shard; they stay in the first-level cache while the parts are added.
  static let shardCount = 2048

  func run(shard: Int, worker: Int) {
    let start = shard * Self.shardCount
    let length = min(Self.shardCount, count - start)
    for part in 0..<parts {
      kernels.addScaled(length, 1, first + (part * stride + start), into: target + start)
    }
  }
}

extension Tape {
  /// `target += Σ_p part_p`, where part p has `count` elements at `first + p·stride`: how shards
  /// that sum over samples join their results in a fixed order.
  public func addParts(
    _ parts: Int, _ first: UnsafePointer<Scalar>, stride: Int,
    into target: UnsafeMutablePointer<Scalar>, count: Int
  ) {
    let work = PartialSums(
      parts: parts, first: first, stride: stride, target: target, count: count)
    let shards = (count + PartialSums.shardCount - 1) / PartialSums.shardCount
    // Below some 15 µs of additions, asking other threads costs more than it saves.
    if parts * count < 1 << 16 {
      for shard in 0..<shards { work.run(shard: shard, worker: 0) }
    } else {
      run(work, shards: shards)
    }
  }
}
