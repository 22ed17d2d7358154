extension MarketData {
  /// Data from a panel of prices and, optionally, a cash column of it and a panel of indicators.
  ///
  /// The calendar is the rows of the price panel from `start` through `end`, from the first row on
  /// which every asset (and cash) has a price; with ``LateListings/join`` from the first on which two
  /// assets, or the only one, and cash have. From that row, or a later first price, on prices are
  /// cleaned by ``CleaningRules``.
  /// Indicators join by date (``IndicatorSelection``). ``notes`` says what was left out and filled,
  /// ``report`` what was found in each series.
  ///
  /// Throws ``DataError`` naming file, date and asset: unknown or repeated names, prices that are
  /// not positive, gaps, an empty period.
  public init(
    prices panel: Panel, assets: [String], cash: String? = nil,
    indicators selection: IndicatorSelection? = nil,
    from start: CalendarDate? = nil, through end: CalendarDate? = nil,
    lateListings: LateListings = .trim, cleaning rules: CleaningRules = CleaningRules()
  ) throws {
    let names = assets + (cash.map { [$0] } ?? [])
    let columns = try Self.columns(of: names, assets: assets, in: panel)
    let period = try Self.period(of: panel, from: start, through: end)
    let first: Int
    var notes = panel.notes
    var leftOut: String?
    switch lateListings {
    case .trim:
      first = try Self.firstCompleteRow(of: columns, in: panel, within: period)
      let note = Self.leftOut(panel, columns: columns, before: first, in: period)
      notes += note.map { [$0] } ?? []
      if first > 0, columns[..<assets.count].contains(where: { panel.values[first - 1, $0].isNaN })
      {
        leftOut = note
      }
    case .join:
      first = try Self.firstSharedRow(of: columns, assets: assets.count, in: panel, within: period)
      notes += Self.leftOut(panel, assets: assets, cash: cash, beforeShared: first, in: period)
    }
    let rows = first..<period.upperBound
    guard rows.count >= 2 else {
      throw DataError(
        file: panel.source,
        problem: "has only \(rows.count) row with a price for each of "
          + "\(names.joined(separator: ", ")) in the period; at least 2 are needed.")
    }
    var levels: [[Double]] = []
    var report: [SeriesReport] = []
    for (position, column) in columns.enumerated() {
      let listing = try Self.listing(of: column, in: panel, within: rows)
      let own = listing..<rows.upperBound
      let raw = try panel.validatedColumn(column, rows: own, maximumGap: rules.maximumGap)
      var seriesRules = rules
      // A cash account may stand still, and never jumps.
      if position >= assets.count {
        (seriesRules.outlierThreshold, seriesRules.staleRows) = (nil, Int.max)
      }
      let cleaning = SeriesCleaning(
        rules: seriesRules, name: panel.columns[column], dates: panel.dates[own])
      let (cleaned, found) = cleaning.clean(raw)
      levels.append([Double](repeating: .nan, count: listing - first) + cleaned)
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
      notes: notes + (indicators?.notes ?? []), leftOut: leftOut, report: report)
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
      throw DataError(
        file: panel.source,
        problem: "no row has a price for every asset; prices exist: "
          + "\(spans(of: columns, in: panel, within: period)).")
    }
    return complete
  }

  /// The first row on which two of the assets, or the only one, and cash after them have a price.
  private static func firstSharedRow(
    of columns: [Int], assets: Int, in panel: Panel, within period: Range<Int>
  ) throws -> Int {
    let least = min(2, assets)
    let shared = period.first { row in
      columns[..<assets].count { !panel.values[row, $0].isNaN } >= least
        && columns[assets...].allSatisfy { !panel.values[row, $0].isNaN }
    }
    guard let shared else {
      throw DataError(
        file: panel.source,
        problem: "no row has a price for \(least == 1 ? "the asset" : "two assets")"
          + "\(columns.count > assets ? " and cash" : ""); prices exist: \(spans(of: columns, in: panel, within: period))."
      )
    }
    return shared
  }

  /// The row of a column's first price.
  private static func listing(
    of column: Int, in panel: Panel, within rows: Range<Int>
  ) throws -> Int {
    guard let first = rows.first(where: { !panel.values[$0, column].isNaN }) else {
      throw DataError(
        file: panel.source, column: panel.columns[column],
        problem: "holds no price from \(panel.dates[rows.lowerBound]) to "
          + "\(panel.dates[rows.upperBound - 1]); leave the column out, or end the period later.")
    }
    return first
  }

  /// When columns have prices, in words.
  private static func spans(
    of columns: [Int], in panel: Panel, within period: Range<Int>
  ) -> String {
    columns.map { column in
      let priced = period.filter { !panel.values[$0, column].isNaN }
      guard let first = priced.first, let last = priced.last else {
        return "\(panel.columns[column]) never"
      }
      return "\(panel.columns[column]) \(panel.dates[first]) to \(panel.dates[last])"
    }.joined(separator: ", ")
  }

  private static func leftOut(
    _ panel: Panel, assets: [String], cash: String?, beforeShared first: Int,
    in period: Range<Int>
  ) -> [String] {
    guard first > period.lowerBound else { return [] }
    let missing =
      assets.count == 1
      ? "is no price for \(assets[0])" : "are no prices for two assets"
    return [
      leftOut(panel, before: first, in: period) + "until then there \(missing)"
        + (cash == nil ? "." : ", or none for cash.")
    ]
  }

  private static func leftOut(
    _ panel: Panel, columns: [Int], before first: Int, in period: Range<Int>
  ) -> String? {
    guard first > period.lowerBound else { return nil }
    let missing = columns.filter { panel.values[first - 1, $0].isNaN }.map { panel.columns[$0] }
    return leftOut(panel, before: first, in: period) + "until then there is no price for "
      + "\(missing.joined(separator: ", "))."
  }

  private static func leftOut(_ panel: Panel, before first: Int, in period: Range<Int>) -> String {
    let count = first - period.lowerBound
    let (from, to) = (panel.dates[period.lowerBound], panel.dates[first - 1])
    return count == 1
      ? "The first row (\(from)) is left out: "
      : "The first \(count) rows (\(from) to \(to)) are left out: "
  }
}
