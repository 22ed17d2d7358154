/// Hierarchical equal risk contribution: risk shared along the branches of the tree down to clusters,
/// by inverse variance within them.
///
/// Where two branches part, each gets a share in inverse proportion to the sum of the risks (variances
/// of inverse-variance portfolios) of the clusters in it. Unlike HRP it follows the tree's shape instead
/// of cutting lists in the middle. Distance `√(½(1 − ρ))`, Ward's linkage unless another is asked for.
///
/// - Source: Raffinot (2018), *The Hierarchical Equal Risk Contribution Portfolio*, SSRN 3237540.
public struct HierarchicalEqualRisk: AllocationRule {
  /// The rule's name in reports.
  public let name = "HERC"
  /// The number of clusters; nil for `√(N/2)`, rounded.
  public let clusters: Int?
  /// How the tree is made.
  public let linkage: HierarchicalClustering.Linkage

  /// The rule.
  public init(clusters: Int? = nil, linkage: HierarchicalClustering.Linkage = .ward) {
    self.clusters = clusters
    self.linkage = linkage
  }

  /// The weights; throws an ``AllocationError`` for what is not a covariance.
  public func weights(covariance: Matrix) throws(AllocationError) -> [Double] {
    let tree = try HierarchicalRule.tree(covariance, linkage: linkage, rule: name)
    let n = tree.count
    let count = HierarchicalRule.clusterCount(clusters, assets: n, rule: name)
    let tops = tree.tops(clusters: count)
    var weights = [Double](repeating: 0, count: n)
    var risk = [Double](repeating: 0, count: 2 * n - 1)
    for top in tops {
      let leaves = tree.leaves(under: top)
      risk[top] = HierarchicalRule.variance(leaves, covariance)
      for (i, w) in zip(leaves, HierarchicalRule.inverseVariance(leaves, covariance)) {
        weights[i] = w
      }
    }
    // The last `count − 1` joints, from the bottom up, then from the top down.
    let branches = (0..<count - 1).map { 2 * n - 2 - $0 }
    for node in branches.reversed() {
      let joint = tree.joints[node - n]
      risk[node] = risk[joint.left] + risk[joint.right]
    }
    for node in branches {
      let joint = tree.joints[node - n]
      let share = risk[joint.right] / risk[node]
      for i in tree.leaves(under: joint.left) { weights[i] *= share }
      for i in tree.leaves(under: joint.right) { weights[i] *= 1 - share }
    }
    return weights
  }
}
