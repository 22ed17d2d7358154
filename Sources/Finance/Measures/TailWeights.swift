/// The weights that turn observations into the mean of their largest (1 − β) share.
///
/// With k = (1 − β)T: `1/k` for each of the ⌊k⌋ largest, the remaining `(k − ⌊k⌋)/k` for the next;
/// for k ≤ 1 the largest alone. Ties go to the earlier observation.
///
/// - Source: Rockafellar & Uryasev (2002), *Conditional value-at-risk for general loss
///   distributions*, the exact (fractional) tail.
package struct TailWeights: Sendable {
  /// k, at least 1.
  package let size: Double
  /// Positions of the tail, largest observation first, each with the share of it that counts: 1, and
  /// for the last one what is left of k.
  package let members: [(index: Int, share: Double)]

  package init(of observations: [Double], level: Double) {
    let exact = max((1 - level) * Double(observations.count), 1)
    // (1 − .95)·100 must count as 5 although it is 5.000000000000004 in binary.
    let rounded = exact.rounded()
    size = abs(exact - rounded) <= 1e-9 * exact ? rounded : exact
    let order = observations.indices.sorted {
      observations[$0] != observations[$1] ? observations[$0] > observations[$1] : $0 < $1
    }
    let whole = Int(size)
    var members = order.prefix(whole).map { (index: $0, share: 1.0) }
    if size > Double(whole), whole < order.count {
      members.append((order[whole], size - Double(whole)))
    }
    self.members = members
  }

  /// The mean of the tail of `observations`, those the weights were made for.
  package func mean(_ observations: [Double]) -> Double {
    members.reduce(0) { $0 + $1.share * observations[$1.index] } / size
  }
}
