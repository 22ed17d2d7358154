/// The median of the last numbers and their median absolute deviation.
///
/// Kept sorted, so that a number costs an insertion and a removal, and a deviation a binary search.
package struct RobustWindow {
  /// 1 / Φ⁻¹(¾): the standard deviation of a normal variable per median absolute deviation.
  static let normalScale = 1.482602218505602

  let capacity: Int
  private var recent: [Double] = []
  private var sorted: [Double] = []
  private var next = 0

  /// A window of at least one number.
  package init(capacity: Int) { self.capacity = max(1, capacity) }

  var count: Int { sorted.count }

  /// The median; 0 of no numbers.
  package var median: Double { Self.median(count) { sorted[$0] } }

  /// 1.4826 · median |x − median|; nil where that is 0, so that nothing can be scored.
  package var scale: Double? {
    let centre = median
    let deviation = Self.median(count) { distance($0, from: centre) }
    return deviation > 0 ? Self.normalScale * deviation : nil
  }

  /// The k-th smallest distance from the median, k from 0.
  ///
  /// The numbers below the middle, downwards, and those above it, upwards, are two ascending sequences of
  /// distances: of the k + 1 smallest, so many come from the first that neither sequence leaves out less
  /// than the other takes.
  private func distance(_ k: Int, from centre: Double) -> Double {
    let middle = sorted.count / 2
    func below(_ i: Int) -> Double {
      i < 0 ? -.infinity : i < middle ? centre - sorted[middle - 1 - i] : .infinity
    }
    func above(_ j: Int) -> Double {
      j < 0 ? -.infinity : middle + j < sorted.count ? sorted[middle + j] - centre : .infinity
    }
    var (low, high) = (max(0, k + 1 - (sorted.count - middle)), min(k + 1, middle))
    while low < high {
      let taken = (low + high) / 2
      if below(taken) < above(k - taken) { low = taken + 1 } else { high = taken }
    }
    return max(below(low - 1), above(k - low))
  }

  package mutating func append(_ value: Double) {
    if recent.count < capacity {
      recent.append(value)
    } else {
      sorted.remove(at: position(of: recent[next]))
      recent[next] = value
      next = (next + 1) % capacity
    }
    sorted.insert(value, at: position(of: value))
  }

  /// The first place whose number is not less.
  private func position(of value: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The median of `count` ascending numbers.
  private static func median(_ count: Int, _ number: (Int) -> Double) -> Double {
    guard count > 0 else { return 0 }
    let middle = count / 2
    return count % 2 == 1 ? number(middle) : 0.5 * (number(middle - 1) + number(middle))
  }
}
