/// Nested clustered optimisation: minimum variance within clusters, then across their portfolios.
///
/// Noise in correlations between clusters cannot upset the weights within them. Long-only. Distance
/// `√(½(1 − ρ))`, Ward's linkage unless another is asked for.
///
/// - Source: López de Prado (2019), *A Robust Estimator of the Efficient Frontier*, SSRN 3469961, with
///   hierarchical clusters.
public struct NestedClusters: AllocationRule {
  /// The rule's name in reports.
  public let name = "NCO"
  /// The number of clusters; nil for `√(N/2)`, rounded.
  public let clusters: Int?
  /// How the tree is made.
  public let linkage: HierarchicalClustering.Linkage

  /// The rule.
  public init(clusters: Int? = nil, linkage: HierarchicalClustering.Linkage = .ward) {
    self.clusters = clusters
    self.linkage = linkage
  }

  /// The weights; throws an ``AllocationError``.
  public func weights(covariance: Matrix) throws(AllocationError) -> [Double] {
    let tree = try HierarchicalRule.tree(covariance, linkage: linkage, rule: name)
    let n = tree.count
    let groups = tree.clusters(
      HierarchicalRule.clusterCount(clusters, assets: n, rule: name))
    var inner: [[Double]] = []
    for group in groups {
      var part = Matrix(rows: group.count, columns: group.count)
      for (a, i) in group.enumerated() {
        for (b, j) in group.enumerated() { part[a, b] = covariance[i, j] }
      }
      inner.append(try minimumVariance(part))
    }
    var reduced = Matrix(rows: groups.count, columns: groups.count)
    for (g, group) in groups.enumerated() {
      for (h, other) in groups.enumerated() {
        for (a, i) in group.enumerated() {
          for (b, j) in other.enumerated() {
            reduced[g, h] += inner[g][a] * inner[h][b] * covariance[i, j]
          }
        }
      }
    }
    for g in 0..<groups.count {
      for h in 0..<g { reduced[g, h] = reduced[h, g] }
    }
    let outer = try minimumVariance(reduced)
    var weights = [Double](repeating: 0, count: n)
    for (g, group) in groups.enumerated() {
      for (a, i) in group.enumerated() { weights[i] = outer[g] * inner[g][a] }
    }
    return weights
  }

  private func minimumVariance(_ covariance: Matrix) throws(AllocationError) -> [Double] {
    do throws(MinimumVarianceError) {
      return try MinimumVariance().weights(covariance: covariance)
    } catch { throw .inner(rule: name, reason: error.description) }
  }
}
