internal import KernelInterface
internal import Kernels

/// The closest neighbours found so far, per asset.
struct NeighbourRanking {
  private let assets: Int
  private let count: Int
  private var neighbours: [Int32]
  private var closeness: [Element]

  init(assets: Int, count: Int) {
    self.assets = assets
    self.count = count
    neighbours = [Int32](repeating: -1, count: assets * count)
    closeness = [Element](repeating: -1, count: assets * count)
  }

  /// Compares all of some assets with each other.
  mutating func offerAll(_ members: [Int], _ series: StandardizedSeries) {
    let (n, length) = (members.count, series.length)
    var rows = [Element](repeating: 0, count: n * length)
    for (k, member) in members.enumerated() {
      for t in 0..<length { rows[k * length + t] = series.elements[member * length + t] }
    }
    let packedCount = kernels.packedCount(depth: length, columns: n)
    let block = min(64, max(n, 1))
    var products = [Element](repeating: 0, count: packedCount + block * n)
    rows.withUnsafeBufferPointer { rows in
      products.withUnsafeMutableBufferPointer { memory in
        guard let rows = rows.baseAddress, let packed = memory.baseAddress else { return }
        kernels.pack(
          depth: length, columns: n, rows, rowStride: 1, columnStride: length, into: packed)
        let product = packed + packedCount
        var first = 0
        while first < n {
          let size = min(block, n - first)
          kernels.multiplyPacked(
            rows: size, depth: length, columns: n, rows + first * length, rowStride: length,
            columnStride: 1, packed: packed, into: product, rowStride: n, accumulate: false)
          for k in 0..<size {
            let member = members[first + k]
            for other in 0..<n where other != first + k {
              offer(member, members[other], product[k * n + other].magnitude)
            }
          }
          first += size
        }
      }
    }
  }

  /// Compares every asset with the neighbours of its neighbours: who is close to the same third is
  /// often close.
  ///
  /// - Source: Dong, Moses & Li (2011), *Efficient k-nearest neighbor graph construction for generic
  ///   similarity measures*.
  mutating func offerNeighboursOfNeighbours(_ series: StandardizedSeries) {
    let known = neighbours
    for asset in 0..<assets {
      for first in known[asset * count..<(asset + 1) * count] where first >= 0 {
        for second in known[Int(first) * count..<(Int(first) + 1) * count]
        where second >= 0 && Int(second) != asset {
          offer(asset, Int(second), series.correlation(asset, Int(second)).magnitude)
        }
      }
    }
  }

  /// Takes a candidate into an asset's list if it is among the closest; of two equally close, the
  /// one with the lower index.
  @inline(__always)
  private mutating func offer(_ asset: Int, _ candidate: Int, _ value: Element) {
    let first = asset * count
    let (worst, last) = (closeness[first + count - 1], neighbours[first + count - 1])
    guard value > worst || value == worst && Int(last) > candidate else { return }
    insert(first, Int32(candidate), value)
  }

  private mutating func insert(_ first: Int, _ candidate: Int32, _ value: Element) {
    for k in first..<first + count where neighbours[k] == candidate { return }
    var place = first + count - 1
    while place > first,
      value > closeness[place - 1]
        || value == closeness[place - 1] && candidate < neighbours[place - 1]
    {
      closeness[place] = closeness[place - 1]
      neighbours[place] = neighbours[place - 1]
      place -= 1
    }
    closeness[place] = value
    neighbours[place] = candidate
  }

  /// The asset itself and its neighbours, `[N, count + 1]`.
  var lists: [Int32] {
    (0..<assets).flatMap { i in
      [Int32(i)] + neighbours[i * count..<(i + 1) * count]
    }
  }
}
