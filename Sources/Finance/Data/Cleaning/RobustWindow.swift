/// The median of the last numbers and their median absolute deviation.
///
/// Kept sorted, so that a number costs an insertion and a removal.
struct RobustWindow {
  /// 1 / Φ⁻¹(¾): the standard deviation of a normal variable per median absolute deviation.
  static let normalScale = 1.482602218505602

  let capacity: Int
  private var recent: [Double] = []
  private var sorted: [Double] = []
  private var next = 0

  /// A window of at least one number.
  init(capacity: Int) { self.capacity = max(1, capacity) }

  var count: Int { sorted.count }

  /// The median; 0 of no numbers.
  var median: Double { Self.median(sorted) }

  /// 1.4826 · median |x − median|; nil where that is 0, so that nothing can be scored.
  var scale: Double? {
    let centre = median
    let deviation = Self.median(sorted.map { abs($0 - centre) }.sorted())
    return deviation > 0 ? Self.normalScale * deviation : nil
  }

  mutating func append(_ value: Double) {
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

  private static func median(_ sorted: [Double]) -> Double {
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle])
  }
}
