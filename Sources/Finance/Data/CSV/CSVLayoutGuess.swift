/// Whether a table is wide (a column per series) or long (a row per date and series).
///
/// A table is taken as long if one column besides the dates holds words throughout, and either its
/// name says so (asset, ticker, …) or dates repeat; anything else is wide.
struct CSVLayoutGuess {
  let table: CSVTable
  let format: CSVFormat

  /// Rows that are looked at.
  static let rows = 20

  private static let titles = [
    "asset", "ticker", "symbol", "name", "instrument", "security", "isin", "series", "variable",
    "fund", "index", "permno", "ric",
  ]

  func layout() throws -> (
    layout: CSVFormat.Layout, long: (name: Int, value: Int)?, notes: [String]
  ) {
    let statedName = try format.nameColumn.map {
      try table.column($0, option: "nameColumn")
    }
    let statedValue = try format.valueColumn.map {
      try table.column($0, option: "valueColumn")
    }
    let isLong = format.layout.map { $0 == .long } ?? (statedName != nil || statedValue != nil)
    if format.layout == .wide { return (.wide, nil, []) }
    let words = wordColumns()
    var name = statedName
    if name == nil, words.columns.count == 1 {
      let title = table.names[words.columns[0]].lowercased()
      if isLong || words.datesRepeat || Self.titles.contains(title) { name = words.columns[0] }
    }
    guard let name else {
      guard isLong else { return (.wide, nil, []) }
      throw DataError(
        file: table.text.source, line: table.headerLine,
        problem: "which column names the series of this long table? "
          + CSVFormat.remedy("nameColumn", "NAME") + ".")
    }
    let others = table.names.indices.filter {
      $0 != name && $0 != table.dateColumn && !table.names[$0].isEmpty
        && !format.ignored.contains(table.names[$0])
    }
    guard let value = statedValue ?? (others.count == 1 ? others[0] : nil) else {
      throw DataError(
        file: table.text.source, line: table.headerLine,
        problem: "which of \(others.map { table.names[$0] }.joined(separator: ", ")) holds the "
          + "numbers of this long table? " + CSVFormat.remedy("valueColumn", "NAME") + ".")
    }
    guard Set([name, value, table.dateColumn]).count == 3 else {
      throw DataError(
        file: table.text.source, line: table.headerLine,
        problem: "dates, names ('\(table.names[name])') and numbers ('\(table.names[value])') of a "
          + "long table are three columns; state others by nameColumn and valueColumn.")
    }
    let note =
      "The table is long: series by '\(table.names[name])', numbers in '\(table.names[value])'."
    return (.long, (name, value), format.layout == nil ? [note] : [])
  }

  /// The columns of words in each of the first rows, and whether a date occurs twice in them.
  private func wordColumns() -> (columns: [Int], datesRepeat: Bool) {
    var columns = Set(table.names.indices)
    columns.remove(table.dateColumn)
    columns = columns.filter {
      !table.names[$0].isEmpty && !format.ignored.contains(table.names[$0])
    }
    var dates: Set<String> = []
    var repeats = false
    var count = 0
    table.forEachRow { _, cells in
      let date = table.text.plainText(cells[table.dateColumn])
      if !dates.insert(date).inserted { repeats = true }
      columns = columns.filter { $0 < cells.count && isWord(cells[$0]) }
      count += 1
      return count < Self.rows
    }
    return (count == 0 ? [] : columns.sorted(), repeats)
  }

  private func isWord(_ cell: CSVText.Cell) -> Bool {
    let content = table.text.content(cell)
    guard let first = content.first, first | 0x20 >= 0x61, first | 0x20 <= 0x7A || first >= 0x80
    else { return false }
    guard case .invalid = WrittenNumber(content, decimal: .point) else { return false }
    return true
  }
}
