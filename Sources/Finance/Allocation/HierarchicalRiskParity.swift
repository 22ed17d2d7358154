/// Hierarchical risk parity: assets in the order of a tree of their correlations, risk shared between
/// the halves of that order again and again.
///
/// Each list of neighbours is cut in the middle; the halves get shares in inverse proportion to the
/// variances of their inverse-variance portfolios. Needs no inverse: a singular covariance is no
/// problem. Distance `√(½(1 − ρ))`, single linkage unless another is asked for.
///
/// - Source: López de Prado (2016), *Building Diversified Portfolios that Outperform Out of Sample*,
///   J. Portfolio Management 42(4).
public struct HierarchicalRiskParity: AllocationRule {
  /// The rule's name in reports.
  public let name = "HRP"
  /// How the tree is made.
  public let linkage: HierarchicalClustering.Linkage

  /// The rule.
  public init(linkage: HierarchicalClustering.Linkage = .single) { self.linkage = linkage }

  /// The weights; throws an ``AllocationError`` for what is not a covariance.
  public func weights(covariance: Matrix) throws(AllocationError) -> [Double] {
    let tree = try HierarchicalRule.tree(covariance, linkage: linkage, rule: name)
    var weights = [Double](repeating: 1, count: tree.count)
    var lists = [tree.leaves]
    while let list = lists.popLast() {
      guard list.count > 1 else { continue }
      let (left, right) = (Array(list[..<(list.count / 2)]), Array(list[(list.count / 2)...]))
      let (x, y) = (
        HierarchicalRule.variance(left, covariance), HierarchicalRule.variance(right, covariance)
      )
      let share = y / (x + y)
      for i in left { weights[i] *= share }
      for i in right { weights[i] *= 1 - share }
      lists += [left, right]
    }
    return weights
  }
}
