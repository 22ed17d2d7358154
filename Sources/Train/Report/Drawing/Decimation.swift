/// Leaves out the points of a long line that no reader could see.
enum Decimation {
  /// The indices of the points to draw when the width holds `columns` columns of pixels: of each
  /// column the first, the lowest, the highest and the last point, so that the drawn line covers the
  /// same pixels.
  ///
  /// A run of missing values (NaN) keeps one index, where the line is interrupted. `positions` are
  /// horizontal positions from 0 to 1 that do not decrease.
  ///
  /// - Source: Jugel, Jerzak, Hackenbroich & Markl (2014), *M4: A Visualization-Oriented Time Series
  ///   Data Aggregation*, PVLDB 7(10).
  static func indices(positions: [Double], values: [Double], columns: Int) -> [Int] {
    var kept: [Int] = []
    var index = 0
    while index < values.count {
      guard values[index].isFinite else {
        kept.append(index)
        while index < values.count, !values[index].isFinite { index += 1 }
        continue
      }
      let column = Int(positions[index] * Double(columns))
      let first = index
      var (lowest, highest) = (index, index)
      while index < values.count, values[index].isFinite,
        Int(positions[index] * Double(columns)) == column
      {
        if values[index] < values[lowest] { lowest = index }
        if values[index] > values[highest] { highest = index }
        index += 1
      }
      let (a, b) = (min(lowest, highest), max(lowest, highest))
      kept.append(first)
      for next in [a, b, index - 1] where next > kept[kept.count - 1] { kept.append(next) }
    }
    return kept
  }
}
