extension MarketData {
  /// Market data of simulated simple returns `[R, N]`: R + 1 rows on consecutive weekdays, prices from
  /// 100, and indicators `[R, M]` that are known from the first return on.
  public static func simulated(
    returns: Matrix, assets: [String], indicatorNames: [String] = [], indicators: Matrix? = nil,
    from start: CalendarDate = CalendarDate(days: 10_957), notes: [String] = []
  ) -> MarketData {
    let (rows, n) = (returns.rows, returns.columns)
    var prices = Matrix(rows: rows + 1, columns: n, repeating: 100)
    for t in 0..<rows {
      for i in 0..<n { prices[t + 1, i] = prices[t, i] * (1 + returns[t, i]) }
    }
    let known = indicators.map { given in
      Matrix(
        rows: rows + 1, columns: given.columns,
        elements: [Double](repeating: .nan, count: given.columns) + given.elements)
    }
    return MarketData(
      dates: CalendarDate.weekdays(from: start, count: rows + 1), assets: assets, prices: prices,
      indicatorNames: indicatorNames, indicators: known, notes: notes)
  }
}
