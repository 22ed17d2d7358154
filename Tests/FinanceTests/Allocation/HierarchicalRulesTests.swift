import Finance
import Foundation
import Testing

@Suite struct HierarchicalRulesTests {
  private func correlations(_ covariance: Matrix) -> Matrix {
    var result = covariance
    for i in 0..<covariance.rows {
      for j in 0..<covariance.rows {
        result[i, j] /= (covariance[i, i] * covariance[j, j]).squareRoot()
      }
    }
    return result
  }

  /// `scipy.cluster.hierarchy.linkage(squareform(d), method)`: its heights and `leaves_list`.
  ///
  /// The correlations are moved by `.001 sin(7.3 i + 3.1 j)`, so that no two distances are equal.
  @Test(arguments: [
    (
      HierarchicalClustering.Linkage.single, [3, 6, 7, 4, 5, 2, 0, 1],
      [
        0.222870303178, 0.316194891908, 0.386654394301, 0.387003904573, 0.447071201078,
        0.447260041476, 0.500471478449,
      ]
    ),
    (
      .complete, [6, 3, 7, 4, 5, 2, 0, 1],
      [
        0.222870303178, 0.316194891908, 0.386915501736, 0.447422089738, 0.499832896488,
        0.547355558834, 0.774847840572,
      ]
    ),
    (
      .average, [3, 6, 7, 4, 5, 2, 0, 1],
      [
        0.222870303178, 0.316194891908, 0.386784948018, 0.407491354137, 0.460426119728,
        0.497307800155, 0.708586533925,
      ]
    ),
    (
      .ward, [0, 1, 4, 5, 6, 7, 2, 3],
      [
        0.222870303178, 0.316194891908, 0.387003904573, 0.474642596878, 0.500471478449,
        0.689051738024, 1.11242599856,
      ]
    ),
  ])
  func treesMatchSciPy(
    linkage: HierarchicalClustering.Linkage, leaves: [Int], heights: [Double]
  ) {
    var matrix = correlations(eightAssets)
    for i in 0..<8 {
      for j in i + 1..<max(8, i + 1) {
        matrix[i, j] += 1e-3 * sin(7.3 * Double(i) + 3.1 * Double(j))
        matrix[j, i] = matrix[i, j]
      }
    }
    let tree = HierarchicalClustering(correlations: matrix, linkage: linkage)
    #expect(distance(tree.heights, heights) < 1e-11)
    #expect(tree.leaves == leaves)
  }

  /// López de Prado's algorithm with the distance `√(½(1 − ρ))` and single linkage, published weights.
  @Test func hierarchicalRiskParityMatchesItsReference() throws {
    let w = try HierarchicalRiskParity().weights(covariance: eightAssets)
    let expected = [
      0.236855524709, 0.442008379444, 0.120844655464, 0.110502094861, 0.0229836526, 0.0229836526,
      0.025862187731, 0.017959852591,
    ]
    #expect(distance(w, expected) < 1e-11)
  }

  /// Python with SciPy's `linkage`, `fcluster(L, k, "maxclust")` and a recursion down `to_tree(L)`; the
  /// minimum variance of NCO by SLSQP.
  @Test(arguments: [
    (
      2,
      [
        0.3721732616, 0.3721732616, 0.1114168278, 0.05459424562, 0.02426410917, 0.02426410917,
        0.02426410917, 0.01685007581,
      ],
      [0.3785423108, 0.3785423108, 0.1982842465, 0.01385104092, 0, 0.01423579206, 0.01654429888, 0]
    ),
    (
      3,
      [
        0.4570558241, 0.4570558241, 0.04600814152, 0.02254398935, 0.004692510954, 0.004692510954,
        0.004692510954, 0.003258688162,
      ],
      [
        0.4056860362, 0.4056860362, 0.03560675301, 0.007669146802, 0, 0.07267601458, 0.07267601258,
        0,
      ]
    ),
    (
      4,
      [
        0.4689768432, 0.4689768432, 0.02340000589, 0.01146600289, 0.007357074972, 0.007357074972,
        0.007357074972, 0.005109079842,
      ],
      [0.3831204897, 0.3831204897, 0, 0.1773652303, 0, 0.02819689545, 0.02819689468, 0]
    ),
  ])
  func clusteredRulesMatchPython(clusters: Int, equalRisk: [Double], nested: [Double]) throws {
    let herc = try HierarchicalEqualRisk(clusters: clusters).weights(covariance: eightAssets)
    #expect(distance(herc, equalRisk) < 1e-9)
    let nco = try NestedClusters(clusters: clusters).weights(covariance: eightAssets)
    #expect(distance(nco, nested) < 1e-6)
  }

  @Test func oneClusterIsThePlainRule() throws {
    let nco = try NestedClusters(clusters: 1).weights(covariance: eightAssets)
    #expect(try distance(nco, MinimumVariance().weights(covariance: eightAssets)) < 1e-14)
    let all = try NestedClusters(clusters: 99).weights(covariance: eightAssets)
    #expect(try distance(all, MinimumVariance().weights(covariance: eightAssets)) < 1e-10)
    let herc = try HierarchicalEqualRisk(clusters: 1).weights(covariance: eightAssets)
    let inverse = (0..<8).map { 1 / eightAssets[$0, $0] }
    #expect(distance(herc, inverse.map { $0 / inverse.reduce(0, +) }) < 1e-14)
  }

  @Test func singularCovariancesAreNoObstacle() throws {
    let x = wavyReturns(rows: 5, assets: 12)
    let matrix = SampleCovariance(window: 5).covariance(of: x)
    for linkage in HierarchicalClustering.Linkage.allCases {
      let w = try HierarchicalRiskParity(linkage: linkage).weights(covariance: matrix)
      #expect(w.allSatisfy { $0 > 0 } && abs(w.reduce(0, +) - 1) < 1e-14)
    }
  }
}
