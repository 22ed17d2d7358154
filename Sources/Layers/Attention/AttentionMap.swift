public import Autodiff

/// Who attends to whom, as a matrix that reports can show: the weights of sparse attention put where
/// their assets and tokens stand, the mean over the heads.
///
/// The only place where something of size N × N exists; training never makes one.
public enum AttentionMap {
  /// The maps of a block, `[D, N, N + g]` row-major.
  ///
  /// The row of an asset says what it takes from each asset, itself among them, and then from each token.
  /// Rows sum to one, or are zero where there is nobody to attend to.
  ///
  /// - Shapes: `weights` `[D, heads, N, k + g]` as `SparseAttention.attend` returns them, the
  ///   neighbours' first.
  public static func rows(weights: Tensor, neighbours: AttentionNeighbours) -> [Double] {
    let shape = weights.shape
    check(
      shape.rank == 4 && shape[0] == neighbours.listOfDate.count && shape[2] == neighbours.queries
        && shape[3] >= neighbours.count && (neighbours.heads == 1 || neighbours.heads == shape[1]),
      "AttentionMap: weights \(shape) for \(neighbours.count) neighbours of \(neighbours.queries) "
        + "assets at \(neighbours.listOfDate.count) dates")
    let (heads, queries, slots) = (shape[1], shape[2], shape[3])
    let (k, assets) = (neighbours.count, neighbours.assets)
    let width = assets + slots - k
    var map = [Double](repeating: 0, count: shape[0] * queries * width)
    for (date, list) in neighbours.listOfDate.enumerated() {
      for head in 0..<heads {
        let lists = (list * neighbours.heads + (neighbours.heads == 1 ? 0 : head)) * queries * k
        for i in 0..<queries {
          let source = ((date * heads + head) * queries + i) * slots
          let target = (date * queries + i) * width
          for slot in 0..<slots {
            let asset = slot < k ? Int(neighbours.indices[lists + i * k + slot]) : assets + slot - k
            guard asset >= 0 else { continue }
            map[target + asset] += Double(weights.elements[source + slot]) / Double(heads)
          }
        }
      }
    }
    return map
  }
}
