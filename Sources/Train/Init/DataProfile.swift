internal import Finance

/// What a price file holds: frequency, columns fit to invest in, gaps.
struct DataProfile: Sendable {
  /// How often there is a row.
  enum Frequency: String, Sendable {
    case daily
    case weekly
    case monthly
  }

  /// One column of the file.
  struct Column: Sendable {
    let name: String
    let first: CalendarDate?
    let last: CalendarDate?
    /// Missing prices between the first and the last, and the most in a row.
    let missing: Int
    let longestGap: Int
    /// Why it is left out, or nil.
    var reason: String?
  }

  let panel: Panel
  let frequency: Frequency
  let rowsPerYear: Int
  let columns: [Column]
  /// The columns to invest in.
  let assets: [String]
  /// The column of cash.
  let cash: String?
  /// Missing prices in a row that have to be filled.
  let maximumGap: Int

  /// Names of columns that hold cash.
  private static let cashNames: Set<String> = [
    "cash", "tbill", "t-bill", "riskfree", "risk_free", "rf",
  ]

  /// Reads a panel; throws a ``DataError`` where there is nothing to build on.
  init(_ panel: Panel) throws {
    self.panel = panel
    let dates = panel.dates
    let steps = zip(dates, dates.dropFirst()).map { Double($1.days - $0.days) }
    guard let firstDate = dates.first, let lastDate = dates.last, steps.count >= 20 else {
      throw DataError(
        file: panel.source, problem: "has \(dates.count) rows; expected at least 21, better years.")
    }
    let median = Measures.median(steps)
    let years = Double(lastDate.days - firstDate.days) / 365.25
    let observed = Double(dates.count - 1) / max(years, 1e-9)
    switch median {
    case ..<4: (frequency, rowsPerYear) = (.daily, observed > 320 ? 365 : 252)
    case ..<15: (frequency, rowsPerYear) = (.weekly, 52)
    case ..<45: (frequency, rowsPerYear) = (.monthly, 12)
    default:
      throw DataError(
        file: panel.source,
        problem:
          "has rows \(NumberText.fixed(median, digits: 0)) days apart; expected daily, weekly "
          + "or monthly prices.")
    }
    let tolerated = frequency == .daily ? 10 : 2
    columns = panel.columns.indices.map { Self.column($0, panel, tolerated: tolerated) }
    let usable = columns.filter { $0.reason == nil }
    cash = usable.first { Self.cashNames.contains($0.name.lowercased()) }?.name
    let chosenCash = cash
    let chosen = usable.filter { $0.name != chosenCash }
    assets = chosen.map(\.name)
    maximumGap = usable.map(\.longestGap).max() ?? 0
    guard assets.count >= 2 else {
      let reasons = columns.compactMap { column in column.reason.map { "\(column.name) \($0)" } }
      throw DataError(
        file: panel.source,
        problem:
          "holds \(assets.count) column\(assets.count == 1 ? "" : "s") to invest in; expected "
          + "at least 2" + (reasons.isEmpty ? "." : " (\(reasons.joined(separator: "; "))).")
      )
    }
  }

  private static func column(_ index: Int, _ panel: Panel, tolerated: Int) -> Column {
    let values = panel.values.column(index)
    let rows = panel.dates.count
    let priced = values.indices.filter { !values[$0].isNaN }
    guard let first = priced.first, let last = priced.last else {
      return Column(
        name: panel.columns[index], first: nil, last: nil, missing: rows, longestGap: rows,
        reason: "is empty")
    }
    var longest = 0
    for (a, b) in zip(priced, priced.dropFirst()) { longest = max(longest, b - a - 1) }
    let inside = last - first + 1 - priced.count
    var column = Column(
      name: panel.columns[index], first: panel.dates[first], last: panel.dates[last],
      missing: inside, longestGap: longest)
    if let bad = priced.first(where: { values[$0] <= 0 || !values[$0].isFinite }) {
      column.reason = "has \(values[bad]) on \(panel.dates[bad]), which is no price"
    } else if priced.allSatisfy({ values[$0] == values[first] }) {
      column.reason = "never changes"
    } else if rows - 1 - last > tolerated {
      column.reason = "ends on \(panel.dates[last])"
    } else if first > rows * 3 / 10 {
      column.reason =
        "begins only on \(panel.dates[first]) (named in data.assets, with data.lateListings join, it "
        + "comes in then)"
    } else if longest > tolerated {
      column.reason = "has \(longest) missing prices in a row"
    }
    return column
  }

  /// The first row on which every chosen column has a price.
  var firstRow: Int {
    let names = Set(assets + [cash].compactMap { $0 })
    let firsts = columns.filter { names.contains($0.name) }.compactMap(\.first)
    return firsts.max().map { panel.dates.rows(from: $0, through: nil).lowerBound } ?? 0
  }
}
