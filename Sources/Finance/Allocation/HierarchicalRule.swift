internal import Autodiff

/// What the hierarchical rules share.
enum HierarchicalRule {
  /// The tree of a covariance; refuses what is not a covariance.
  static func tree(
    _ covariance: Matrix, linkage: HierarchicalClustering.Linkage, rule: String
  ) throws(AllocationError) -> HierarchicalClustering {
    let n = covariance.rows
    _ = try PortfolioProgram.scaled(covariance, rule: rule)
    var correlations = covariance
    for i in 0..<n {
      for j in 0..<n {
        correlations[i, j] =
          i == j ? 1 : covariance[i, j] / (covariance[i, i] * covariance[j, j]).squareRoot()
      }
    }
    return HierarchicalClustering(correlations: correlations, linkage: linkage)
  }

  /// The inverse-variance weights of some assets.
  static func inverseVariance(_ assets: [Int], _ covariance: Matrix) -> [Double] {
    let inverse = assets.map { 1 / covariance[$0, $0] }
    let total = inverse.reduce(0, +)
    return inverse.map { $0 / total }
  }

  /// The variance of the inverse-variance portfolio of some assets.
  static func variance(_ assets: [Int], _ covariance: Matrix) -> Double {
    let weights = inverseVariance(assets, covariance)
    var sum = 0.0
    for (a, i) in assets.enumerated() {
      for (b, j) in assets.enumerated() { sum += weights[a] * weights[b] * covariance[i, j] }
    }
    return sum
  }

  /// The number of clusters where none is given: `√(N/2)`, the usual rule of thumb (Mardia, Kent & Bibby
  /// 1979, *Multivariate Analysis*), at least 2 where there are 2 assets.
  static func clusterCount(_ given: Int?, assets n: Int, rule: String) -> Int {
    let count = given ?? max(2, Int((Double(n) / 2).squareRoot().rounded()))
    check(count >= 1, "\(rule): \(count) clusters; expected at least 1")
    return min(count, n)
  }
}
