import Autodiff
import KernelInterface
import Kernels

/// For every date, head and asset the assets of the highest scores `q kᵀ`, over threads.
struct HighestScores: ShardedWork {
  private let queries, keys: UnsafePointer<Scalar>
  private let assets, width, heads, count: Int
  /// `[dates, heads, N, count]`.
  private let indices: UnsafeMutablePointer<Int32>
  /// Per worker: scores `[N, N]`, scratch of the product, the best scores so far.
  private let memory: UnsafeMutablePointer<Scalar>
  private let perWorker: Int

  /// The highest scores of queries and keys `[dates, N, width]`.
  static func indices(_ q: Variable, _ k: Variable, heads: Int, count: Int) -> [Int32] {
    let (dates, n, width) = (q.shape[0], q.shape[1], q.shape[2])
    let perWorker = n * n + kernels.scratchCount(depth: width / heads, columns: n) + count
    let (tape, total) = (q.tape, dates * heads * n * count)
    let work = HighestScores(
      queries: UnsafePointer(q.values), keys: UnsafePointer(k.values), assets: n, width: width,
      heads: heads, count: count, indices: tape.allocate(Int32.self, total),
      memory: tape.allocate(tape.workerCount * perWorker), perWorker: perWorker)
    tape.run(work, shards: dates * heads)
    return Array(UnsafeBufferPointer(start: work.indices, count: total))
  }

  private init(
    queries: UnsafePointer<Scalar>, keys: UnsafePointer<Scalar>, assets: Int, width: Int,
    heads: Int, count: Int, indices: UnsafeMutablePointer<Int32>,
    memory: UnsafeMutablePointer<Scalar>, perWorker: Int
  ) {
    (self.queries, self.keys, self.assets, self.width) = (queries, keys, assets, width)
    (self.heads, self.count, self.indices) = (heads, count, indices)
    (self.memory, self.perWorker) = (memory, perWorker)
  }

  func run(shard: Int, worker: Int) {
    let (n, size) = (assets, width / heads)
    let start = shard / heads * n * width + shard % heads * size
    let scores = memory + worker * perWorker
    let best = scores + n * n
    kernels.multiply(
      rows: n, depth: size, columns: n, queries + start, rowStride: width, columnStride: 1,
      keys + start, rowStride: 1, columnStride: width, scratch: best + count, into: scores,
      rowStride: n, accumulate: false)
    for i in 0..<n {
      let chosen = indices + (shard * n + i) * count
      var found = 0
      for j in 0..<n {
        let score = scores[i * n + j]
        if found == count && score <= best[count - 1] { continue }
        var place = min(found, count - 1)
        while place > 0 && best[place - 1] < score {
          best[place] = best[place - 1]
          chosen[place] = chosen[place - 1]
          place -= 1
        }
        best[place] = score
        chosen[place] = Int32(j)
        found = min(found + 1, count)
      }
    }
  }
}
