extension MarketData {
  /// Data from a panel of prices and, optionally, a cash column of it and a panel of indicators.
  ///
  /// The calendar is the rows of the price panel from `start` through `end`, from the first row on
  /// which every asset (and cash) has a price. After that row prices are cleaned by ``CleaningRules``.
  /// Indicators join by date (``IndicatorSelection``). ``notes`` says what was left out and filled,
  /// ``report`` what was found in each series.
  ///
  /// Throws ``DataError`` naming file, date and asset: unknown or repeated names, prices that are
  /// not positive, gaps, an empty period.
  public init(
    prices panel: Panel, assets: [String], cash: String? = nil,
    indicators selection: IndicatorSelection? = nil,
    from start: CalendarDate? = nil, through end: CalendarDate? = nil,
    cleaning rules: CleaningRules = CleaningRules()
  ) throws {
    let names = assets + (cash.map { [$0] } ?? [])
    let columns = try Self.columns(of: names, assets: assets, in: panel)
    let period = try Self.period(of: panel, from: start, through: end)
    let first = try Self.firstCompleteRow(of: columns, in: panel, within: period)
    let rows = first..<period.upperBound
    guard rows.count >= 2 else {
      throw DataError(
        file: panel.source,
        problem: "has only \(rows.count) row with a price for each of "
          + "\(names.joined(separator: ", ")) in the period; at least 2 are needed.")
    }
    var notes = panel.notes + Self.leftOut(panel, columns: columns, before: first, in: period)
    var levels: [[Double]] = []
    var report: [SeriesReport] = []
    for (position, column) in columns.enumerated() {
      let raw = try panel.validatedColumn(column, rows: rows, maximumGap: rules.maximumGap)
      var seriesRules = rules
      // A cash account may stand still, and never jumps.
      if position >= assets.count {
        (seriesRules.outlierThreshold, seriesRules.staleRows) = (nil, Int.max)
      }
      let cleaning = SeriesCleaning(
        rules: seriesRules, name: panel.columns[column], dates: panel.dates[rows])
      let (cleaned, found) = cleaning.clean(raw)
      levels.append(cleaned)
      report.append(found)
    }
    report = SeriesReport.weighed(report)
    notes += report.flatMap(\.findings)
    var prices = Matrix(rows: rows.count, columns: assets.count)
    for asset in assets.indices {
      for row in 0..<rows.count { prices[row, asset] = levels[asset][row] }
    }
    let indicators = try selection?.joined(to: panel.dates, rows: rows)
    self.init(
      dates: Array(panel.dates[rows]), assets: assets, prices: prices,
      cashLevels: cash == nil ? nil : levels.last,
      indicatorNames: indicators?.names ?? [], indicators: indicators?.values,
      notes: notes + (indicators?.notes ?? []), report: report)
  }

  private static func columns(
    of names: [String], assets: [String], in panel: Panel
  ) throws -> [Int] {
    guard !assets.isEmpty else {
      throw DataError(
        file: panel.source,
        problem:
          "no assets are chosen; name at least one of \(panel.columns.joined(separator: ", ")).")
    }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw DataError(
        file: panel.source, column: name,
        problem: index < assets.count
          ? "is chosen twice as an asset; once is enough."
          : "is both an asset and cash; choose one.")
    }
    return try names.map(panel.index(of:))
  }

  private static func period(
    of panel: Panel, from start: CalendarDate?, through end: CalendarDate?
  ) throws -> Range<Int> {
    let rows = panel.dates.rows(from: start, through: end)
    if rows.isEmpty, let first = panel.dates.first, let last = panel.dates.last {
      let wanted = [start.map { "from \($0)" }, end.map { "through \($0)" }].compactMap { $0 }
      throw DataError(
        file: panel.source,
        problem: "has no row \(wanted.joined(separator: " ")); it covers \(first) to \(last).")
    }
    return rows
  }

  private static func firstCompleteRow(
    of columns: [Int], in panel: Panel, within period: Range<Int>
  ) throws -> Int {
    let complete = period.first { row in columns.allSatisfy { !panel.values[row, $0].isNaN } }
    guard let complete else {
      let spans = columns.map { column in
        let priced = period.filter { !panel.values[$0, column].isNaN }
        guard let first = priced.first, let last = priced.last else {
          return "\(panel.columns[column]) never"
        }
        return "\(panel.columns[column]) \(panel.dates[first]) to \(panel.dates[last])"
      }
      throw DataError(
        file: panel.source,
        problem:
          "no row has a price for every asset; prices exist: \(spans.joined(separator: ", ")).")
    }
    return complete
  }

  private static func leftOut(
    _ panel: Panel, columns: [Int], before first: Int, in period: Range<Int>
  ) -> [String] {
    guard first > period.lowerBound else { return [] }
    let missing = columns.filter { panel.values[first - 1, $0].isNaN }.map { panel.columns[$0] }
    return [
      "The first \(first - period.lowerBound) rows (\(panel.dates[period.lowerBound]) to "
        + "\(panel.dates[first - 1])) are left out: until then there is no price for "
        + "\(missing.joined(separator: ", "))."
    ]
  }
}
