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

  /// A point and its projection.
  private struct Entry {
    var key: Element
    var point: Int

    /// A strict order, so that halves do not depend on how they are found.
    func precedes(_ other: Entry) -> Bool {
      key < other.key || key == other.key && point < other.point
    }
  }

  /// Calls `body` with the points of every leaf, from left to right.
  func leaves(of series: StandardizedSeries, _ body: ([Int]) -> Void) {
    // A direction per node, drawn in the order of the nodes: each level has its own.
    var stream = generator
    // Assets that move against each other are neighbours as well, because closeness is the magnitude
    // of the correlation: every point is turned to one side of a plane, the same in all of a tree.
    let side = stream.normals(series.length).map { Element($0) }
    let signs = (0..<series.assets).map { series.dot($0, side) < 0 ? Element(-1) : 1 }
    var entries = (0..<series.assets).filter { series.isValid[$0] }
      .map { Entry(key: 0, point: $0) }
    var pending = [0..<entries.count]
    while let range = pending.popLast() {
      guard range.count > leaf else {
        body(entries[range].map(\.point))
        continue
      }
      let direction = stream.normals(series.length).map { Element($0) }
      for k in range {
        let point = entries[k].point
        entries[k].key = signs[point] * series.dot(point, direction)
      }
      let middle = range.lowerBound + range.count / 2
      Self.select(middle, of: range, in: &entries)
      pending.append(middle..<range.upperBound)
      pending.append(range.lowerBound..<middle)
    }
  }

  /// Puts the entries that precede the one of rank `middle` before it, the others after it.
  ///
  /// - Source: Hoare (1961), algorithm 65.
  private static func select(_ middle: Int, of range: Range<Int>, in entries: inout [Entry]) {
    var (low, high) = (range.lowerBound, range.upperBound - 1)
    while low < high {
      let pivot = entries[low + (high - low) / 2]
      var (i, j) = (low, high)
      while i <= j {
        while entries[i].precedes(pivot) { i += 1 }
        while pivot.precedes(entries[j]) { j -= 1 }
        if i <= j {
          entries.swapAt(i, j)
          i += 1
          j -= 1
        }
      }
      if middle <= j {
        high = j
      } else if middle >= i {
        low = i
      } else {
        return
      }
    }
  }
}
