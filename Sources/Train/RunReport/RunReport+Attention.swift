internal import Finance

extension RunReport {
  /// Whom the assets attend to: the map, the mean over the decisions, and what each receives over time.
  ///
  /// `table` has the columns `A <- B` of asset A first: its shares of every asset and token B.
  static func attention(
    _ table: DetailTable, days: [Int], assets: [String]
  ) -> [ReportContent] {
    let (n, decisions) = (assets.count, table.values.rows)
    let width = n > 0 ? table.columns.count / n : 0
    guard width > 0, decisions > 0 else { return [] }
    let prefix = "\(assets[0]) <- "
    let sources = table.columns.prefix(width).map { String($0.dropFirst(prefix.count)) }
    var mean = [[Double]](repeating: [Double](repeating: 0, count: width), count: n)
    var received = Matrix(rows: decisions, columns: width)
    for d in 0..<decisions {
      for i in 0..<n {
        for j in 0..<width {
          let share = table.values[d, i * width + j]
          mean[i][j] += share / Double(decisions)
          received[d, j] += share / Double(n)
        }
      }
    }
    let map = ReportContent.map(
      HeatMap(
        "Attention",
        axisTitle: "share that the row takes from the column, %, mean over the decisions",
        format: .percent(digits: 1), shading: .sequential, rows: assets, columns: sources,
        values: mean,
        note:
          "Each row sums to 100 %; the mean over heads and members. What is large here need not "
          + "matter: it is what is looked at, not what is made of it."))
    let title = "Attention received"
    let axis = "mean share over the assets"
    guard width <= maximumStacked else {
      return [map, Self.map(title, axis, days, sources, received, note: "")]
    }
    return [
      map,
      .areas(
        AreaChart(
          title, axisTitle: axis, days: days,
          layers: sources.indices.map { AreaChart.Layer(sources[$0], received.column($0)) })),
    ]
  }
}
