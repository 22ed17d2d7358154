internal import Autodiff
internal import KernelInterface
internal import Kernels

/// A random projection tree: points are halved at the median of a random projection until few are
/// left together.
///
/// Close points mostly end in the same leaf; several trees find what one misses.
///
/// - Source: Dasgupta & Freund (2008), *Random projection trees and low dimensional manifolds*.
struct ProjectionTree {
  let generator: SplitMix64
  /// The most points of a leaf.
  let leaf: Int

  /// Calls `body` with the points of every leaf, from left to right.
  func leaves(of series: StandardizedSeries, _ body: ([Int]) -> Void) {
    var pending = [(0..<series.assets).filter { series.isValid[$0] }]
    // A direction per node, drawn in the order of the nodes: each level has its own.
    var stream = generator
    while let points = pending.popLast() {
      guard points.count > leaf else {
        body(points)
        continue
      }
      let direction = stream.normals(series.length).map { Element($0) }
      // Two members that are each other's opposite are neighbours as well: the tree compares
      // magnitudes, so each point is turned to the side of a second direction.
      let side = stream.normals(series.length).map { Element($0) }
      let keys = points.map { point in
        series.elements.withUnsafeBufferPointer { elements -> Element in
          guard let base = elements.baseAddress else { return 0 }
          let row = base + point * series.length
          let value = kernels.dot(series.length, row, direction)
          return kernels.dot(series.length, row, side) < 0 ? -value : value
        }
      }
      let order = points.indices.sorted {
        keys[$0] < keys[$1] || keys[$0] == keys[$1] && points[$0] < points[$1]
      }
      let half = points.count / 2
      pending.append(order[half...].map { points[$0] }.sorted())
      pending.append(order[..<half].map { points[$0] }.sorted())
    }
  }
}
