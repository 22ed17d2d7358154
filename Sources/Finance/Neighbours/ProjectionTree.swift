internal import Autodiff
internal import KernelInterface

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
    // Assets that move against each other are neighbours as well, because closeness is the magnitude
    // of the correlation: every point is turned to one side of a plane, the same in all of a tree.
    let side = stream.normals(series.length).map { Element($0) }
    let signs = (0..<series.assets).map { series.dot($0, side) < 0 ? Element(-1) : 1 }
    while let points = pending.popLast() {
      guard points.count > leaf else {
        body(points)
        continue
      }
      let direction = stream.normals(series.length).map { Element($0) }
      let keys = points.map { signs[$0] * series.dot($0, direction) }
      let order = points.indices.sorted {
        keys[$0] < keys[$1] || keys[$0] == keys[$1] && points[$0] < points[$1]
      }
      let half = points.count / 2
      pending.append(order[half...].map { points[$0] }.sorted())
      pending.append(order[..<half].map { points[$0] }.sorted())
    }
  }
}
