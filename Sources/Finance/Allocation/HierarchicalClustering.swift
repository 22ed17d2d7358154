internal import Autodiff

/// A tree of clusters of assets by the distance of their correlations, `dᵢⱼ = √(½(1 − ρᵢⱼ))`.
///
/// Agglomerative: the two closest clusters are joined, N − 1 times; the Lance–Williams formulas give the
/// new distances. Leaves are 0..<N, the k-th joint is N + k, its children in ascending order, as in SciPy.
/// Ties go to the pair with the smallest numbers.
public struct HierarchicalClustering: Sendable, Hashable {
  /// How far two clusters are apart.
  public enum Linkage: String, Sendable, CaseIterable {
    /// The distance of their closest members.
    case single
    /// The distance of their farthest members.
    case complete
    /// The mean distance of their members.
    case average
    /// The increase of the squares within clusters (Ward 1963).
    case ward
  }

  /// The children of each joint, `left < right`.
  public let joints: [(left: Int, right: Int)]
  /// The distance at which each joint was made, ascending.
  public let heights: [Double]
  /// N, the number of leaves.
  public var count: Int { joints.count + 1 }

  /// Clusters the assets of a correlation matrix.
  public init(correlations: Matrix, linkage: Linkage) {
    let n = correlations.rows
    check(
      n > 0 && correlations.columns == n, "HierarchicalClustering: \(n) × \(correlations.columns)")
    var distances = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        distances[i * n + j] = max(0, 0.5 * (1 - correlations[i, j])).squareRoot()
      }
    }
    var joints: [(left: Int, right: Int)] = []
    var heights: [Double] = []
    // The number of the cluster in each place, and its size; a joined place is given up.
    var name = Array(0..<n)
    var size = [Double](repeating: 1, count: n)
    var alive = Array(0..<n)
    distances.withUnsafeMutableBufferPointer { d in
      while alive.count > 1 {
        var (p, q, least) = (alive[0], alive[1], Double.infinity)
        for (a, i) in alive.enumerated() {
          for j in alive[(a + 1)...] where d[i * n + j] < least {
            (p, q, least) = (i, j, d[i * n + j])
          }
        }
        joints.append((min(name[p], name[q]), max(name[p], name[q])))
        heights.append(least)
        for k in alive where k != p && k != q {
          let (x, y) = (d[min(k, p) * n + max(k, p)], d[min(k, q) * n + max(k, q)])
          let joined: Double
          switch linkage {
          case .single: joined = min(x, y)
          case .complete: joined = max(x, y)
          case .average: joined = (size[p] * x + size[q] * y) / (size[p] + size[q])
          case .ward:
            let total = size[p] + size[q] + size[k]
            joined =
              (((size[k] + size[p]) * x * x + (size[k] + size[q]) * y * y - size[k] * least * least)
              / total).squareRoot()
          }
          d[min(k, p) * n + max(k, p)] = joined
        }
        size[p] += size[q]
        name[p] = n + joints.count - 1
        alive.removeAll { $0 == q }
      }
    }
    self.joints = joints
    self.heights = heights
  }

  /// The leaves of the whole tree in its order: similar assets side by side.
  public var leaves: [Int] { leaves(under: 2 * count - 2) }

  /// The leaves below a node, left to right.
  func leaves(under node: Int) -> [Int] {
    guard node >= count else { return [node] }
    let joint = joints[node - count]
    return leaves(under: joint.left) + leaves(under: joint.right)
  }

  /// The nodes that are the tops of `clusters` clusters: the last joints taken apart, in the order of the
  /// tree.
  func tops(clusters: Int) -> [Int] {
    check(clusters >= 1 && clusters <= count, "HierarchicalClustering: \(clusters) of \(count)")
    let last = 2 * count - clusters  // nodes from here on are taken apart
    func collect(_ node: Int) -> [Int] {
      guard node >= last, node >= count else { return [node] }
      return collect(joints[node - count].left) + collect(joints[node - count].right)
    }
    return collect(2 * count - 2)
  }

  /// The leaves of `clusters` clusters, in the order of the tree.
  public func clusters(_ clusters: Int) -> [[Int]] {
    tops(clusters: clusters).map { leaves(under: $0) }
  }

  /// Whether two trees are the same.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.heights == rhs.heights && lhs.joints.elementsEqual(rhs.joints, by: ==)
  }

  /// Feeds the tree to a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(heights) }
}
