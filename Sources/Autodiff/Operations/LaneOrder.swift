/// The order of numbers, for the operations that sort.
///
/// A stable merge sort that needs no memory but what the caller gives it: equal numbers keep their
/// order, so that the permutation is determined by the values alone. NaN comes last.
enum LaneOrder {
  /// A number as a key whose integer order is that of the numbers, and where it came from.
  struct Entry: BitwiseCopyable {
    var key: Int
    var position: Int
  }

  /// Runs of this length are sorted by insertion first.
  private static let run = 8

  /// The entries of `x` in ascending order: in `entries` or in `scratch`, which both have room for
  /// `count`.
  static func ascending(
    _ count: Int, _ x: UnsafePointer<Scalar>, _ entries: UnsafeMutablePointer<Entry>,
    scratch: UnsafeMutablePointer<Entry>
  ) -> UnsafePointer<Entry> {
    for i in 0..<count {
      let entry = Entry(key: key(x[i]), position: i)
      let lower = i / run * run
      var k = i
      while k > lower, entry.key < entries[k - 1].key {
        entries[k] = entries[k - 1]
        k -= 1
      }
      entries[k] = entry
    }
    var (source, target) = (entries, scratch)
    var width = run
    while width < count {
      var start = 0
      while start < count {
        let (middle, end) = (min(start + width, count), min(start + 2 * width, count))
        var (left, right, k) = (start, middle, start)
        while left < middle, right < end {
          let (a, b) = (source[left], source[right])
          // Selected rather than branched on: the outcome is random.
          let step = b.key < a.key ? 1 : 0
          target[k] = step == 1 ? b : a
          right += step
          left += 1 - step
          k += 1
        }
        (target + k).update(from: source + left, count: middle - left)
        (target + k + middle - left).update(from: source + right, count: end - right)
        start = end
      }
      swap(&source, &target)
      width *= 2
    }
    return UnsafePointer(source)
  }

  /// An integer in the order of the numbers.
  ///
  /// The bits, with those below the sign turned over for negative numbers. Both zeros are one number,
  /// and every NaN is the same, largest one.
  @inline(__always)
  private static func key(_ x: Scalar) -> Int {
    #if SinglePrecision
      let bits = Int32(bitPattern: (x.isNaN ? .nan : x + 0).bitPattern)
      return Int(bits ^ (bits &>> 31 & .max))
    #else
      let bits = Int64(bitPattern: (x.isNaN ? .nan : x + 0).bitPattern)
      return Int(bits ^ (bits &>> 63 & .max))
    #endif
  }
}

extension Tape {
  /// Room for sorting `count` numbers.
  func allocateEntries(_ count: Int)
    -> (UnsafeMutablePointer<LaneOrder.Entry>, UnsafeMutablePointer<LaneOrder.Entry>)
  {
    (allocate(LaneOrder.Entry.self, count), allocate(LaneOrder.Entry.self, count))
  }
}
