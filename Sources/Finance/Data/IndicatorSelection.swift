/// Which columns of a panel to use as market indicators, and how late they are known.
public struct IndicatorSelection: Sendable {
  /// Indicators by the date of their publication; a missing cell means that nothing new came out.
  public let panel: Panel
  /// The columns to use, in this order; nil takes all.
  public let columns: [String]?
  /// Rows of the price calendar by which every indicator is delayed, at least 0.
  ///
  /// 0 fits a panel whose rows hold what was published by the evening of their date, together with
  /// trades no earlier than the next row. 1 also allows trading at the close of the decision's row.
  public let lag: Int
  /// Calendar days from a cell's date to its publication, by column; 0 for those not named.
  ///
  /// For panels dated by the period that a number describes: a month's price index, dated the first of
  /// the month and published in the middle of the next one, has a lag of 50 days.
  public let lagDays: [String: Int]

  /// A selection of columns with publication lags.
  public init(
    panel: Panel, columns: [String]? = nil, lag: Int = 0, lagDays: [String: Int] = [:]
  ) {
    self.panel = panel
    self.columns = columns
    self.lag = lag
    self.lagDays = lagDays
  }

  /// What was known on each of some rows of a price calendar: the as-of join.
  ///
  /// Row t takes each indicator's last value published (dated, plus its ``lagDays``) on or before the
  /// date of row t − lag, NaN before its first. Rows of the calendar before `rows` count for the lag.
  func joined(
    to calendar: [CalendarDate], rows: Range<Int>
  ) throws -> (names: [String], values: Matrix, notes: [String]) {
    guard lag >= 0 else {
      throw DataError(
        file: panel.source,
        problem:
          "indicator lag \(lag) would use what is not yet published; expected 0 or more rows.")
    }
    let names = columns ?? panel.columns
    if let repeated = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
      throw DataError(
        file: panel.source,
        problem: "indicator '\(names[repeated])' is chosen twice; once is enough.")
    }
    let indices = try names.map(panel.index(of:))
    for (name, days) in lagDays.sorted(by: { $0.key < $1.key }) {
      guard panel.columns.contains(name) else { _ = try panel.index(of: name); continue }
      guard days >= 0 else {
        throw DataError(
          file: panel.source, column: name,
          problem: "a lag of \(days) days would use what is not yet published; expected 0 or more.")
      }
    }
    var knownSince = [CalendarDate?](repeating: nil, count: names.count)
    var values = Matrix(rows: rows.count, columns: names.count, repeating: .nan)
    for (position, column) in indices.enumerated() {
      let delay = lagDays[names[position]] ?? 0
      var known = Double.nan
      var next = 0
      for (row, t) in rows.enumerated() where t >= lag {
        while next < panel.dates.count, panel.dates[next].advanced(by: delay) <= calendar[t - lag] {
          if !panel.values[next, column].isNaN {
            known = panel.values[next, column]
            knownSince[position] = panel.dates[next].advanced(by: delay)
          }
          next += 1
        }
        values[row, position] = known
      }
    }
    let notes = names.indices.compactMap { position in
      Self.note(
        names[position], column: values.column(position), lastPublished: knownSince[position],
        dates: calendar[rows])
    }
    return (names, values, notes)
  }

  /// Days without a new value after which an indicator is called stale: longer than a month between
  /// two monthly publications.
  private static let staleDays = 45

  private static func note(
    _ name: String, column: [Double], lastPublished: CalendarDate?,
    dates: ArraySlice<CalendarDate>
  ) -> String? {
    guard let last = dates.last, let lastPublished,
      let first = column.firstIndex(where: { !$0.isNaN })
    else { return "Indicator \(name) has no value in the whole period." }
    var parts: [String] = []
    if first > 0 {
      parts.append(
        "is unknown before \(dates[dates.startIndex + first]) (row \(first))")
    }
    if last.days - lastPublished.days > staleDays {
      parts.append("was last published on \(lastPublished) and keeps that value until \(last)")
    }
    return parts.isEmpty ? nil : "Indicator \(name) " + parts.joined(separator: " and ") + "."
  }
}
