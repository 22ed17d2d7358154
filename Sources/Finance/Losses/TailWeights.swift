/// The weights that turn observations into the mean of their largest (1 − β) share.
///
/// With k = (1 − β)T: `1/k` for each of the ⌊k⌋ largest, the remaining `(k − ⌊k⌋)/k` for the next;
/// for k < 1 the largest alone. Ties go to the earlier observation.
///
/// - Source: Rockafellar & Uryasev (2002), *Conditional value-at-risk for general loss
///   distributions*, the exact (fractional) tail.
package struct TailWeights: Sendable {
  /// Positions and weights of the tail, largest observation first; the weights sum to 1.
  package let entries: [(index: Int, weight: Double)]

  package init(of observations: [Double], level: Double) {
    let size = (1 - level) * Double(observations.count)
    let order = observations.indices.sorted {
      observations[$0] != observations[$1] ? observations[$0] > observations[$1] : $0 < $1
    }
    guard size > 1 else {
      entries = order.prefix(1).map { ($0, 1) }
      return
    }
    // (1 − .95)·100 must count as 5 although it is 5.000000000000004 in binary.
    let rounded = size.rounded()
    let exact = abs(size - rounded) <= 1e-9 * size ? rounded : size
    let whole = Int(exact.rounded(.down))
    var entries = order.prefix(whole).map { (index: $0, weight: 1 / exact) }
    if exact > Double(whole), whole < order.count {
      entries.append((order[whole], (exact - Double(whole)) / exact))
    }
    self.entries = entries
  }
}
