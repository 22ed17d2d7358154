/// Which assets each asset attends to, date by date.
///
/// Dates that share a list (because neighbours are refreshed every so many rows) name the same one,
/// so that the memory is that of the different lists. An index of −1 stands for nobody.
public struct AttentionNeighbours: Sendable, Hashable {
  /// The assets that attend.
  public let queries: Int
  /// The assets they may attend to.
  public let assets: Int
  /// The entries of an asset's list.
  public let count: Int
  /// 1 if all heads share the lists, else the number of heads.
  public let heads: Int
  /// The lists one after the other, each `[heads, queries, count]`.
  public let indices: [Int32]
  /// The list of each date.
  public let listOfDate: [Int]

  /// Lists of neighbours; indices out of range stop the program.
  public init(
    queries: Int, assets: Int, count: Int, heads: Int = 1, indices: [Int32], listOfDate: [Int]
  ) {
    let size = heads * queries * count
    check(
      queries >= 0 && count >= 0 && heads >= 1 && (size == 0 || indices.count % size == 0),
      "AttentionNeighbours: \(indices.count) indices for lists of \(heads) × \(queries) × \(count)")
    let lists = size == 0 ? Int.max : indices.count / size
    for (date, list) in listOfDate.enumerated() {
      check(list >= 0 && list < lists, "AttentionNeighbours: list \(list) at date \(date)")
    }
    for index in indices {
      check(
        index >= -1 && index < assets, "AttentionNeighbours: neighbour \(index) of \(assets) assets"
      )
    }
    self.queries = queries
    self.assets = assets
    self.count = count
    self.heads = heads
    self.indices = indices
    self.listOfDate = listOfDate
  }

  /// One list `[assets, count]` for a number of dates.
  public init(assets: Int, count: Int, indices: [Int32], dates: Int) {
    self.init(
      queries: assets, assets: assets, count: count, indices: indices,
      listOfDate: [Int](repeating: 0, count: dates))
  }
}
