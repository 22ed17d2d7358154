/// The order of numbers, for the operations that sort.
///
/// A stable merge sort of indices that needs no memory but what the caller gives it: equal numbers
/// keep their order, so that a permutation is determined by the values alone. NaN comes last.
enum LaneOrder {
  /// Runs of this length are sorted by insertion first.
  private static let run = 8

  /// Writes the positions of `x` in ascending order of their values to `order`; `scratch` has room
  /// for `count` too.
  static func ascending(
    _ count: Int, _ x: UnsafePointer<Scalar>, into order: UnsafeMutablePointer<Int32>,
    scratch: UnsafeMutablePointer<Int32>
  ) {
    for i in 0..<count {
      let (value, lower) = (x[i], i / run * run)
      var k = i
      while k > lower, precedes(value, x[Int(order[k - 1])]) {
        order[k] = order[k - 1]
        k -= 1
      }
      order[k] = Int32(truncatingIfNeeded: i)
    }
    var (source, target) = (order, scratch)
    var width = run
    while width < count {
      var start = 0
      while start < count {
        let (middle, end) = (min(start + width, count), min(start + 2 * width, count))
        var (left, right) = (start, middle)
        for k in start..<end {
          let takesRight =
            left == middle
            || right < end && precedes(x[Int(source[right])], x[Int(source[left])])
          target[k] = takesRight ? source[right] : source[left]
          if takesRight { right += 1 } else { left += 1 }
        }
        start = end
      }
      swap(&source, &target)
      width *= 2
    }
    if source != order { order.update(from: source, count: count) }
  }

  @inline(__always)
  private static func precedes(_ a: Scalar, _ b: Scalar) -> Bool {
    a < b || (b.isNaN && !a.isNaN)
  }
}
