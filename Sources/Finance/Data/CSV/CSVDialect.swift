/// How a file is read: where its table lies and how cells are meant, stated or inferred.
struct CSVDialect {
  let text: CSVText
  /// The names of all columns, the date's included.
  let names: [String]
  let dateColumn: Int
  /// The position and the number of the line of the first row.
  let firstRow: Int
  let firstRowLine: Int
  let layout: CSVFormat.Layout
  /// The columns of series' names and of numbers in a long file.
  let long: (name: Int, value: Int)?
  let dates: CSVFormat.DateOrder
  let dateShape: WrittenDate.Shape
  /// The first date, for messages.
  let firstDate: String
  let decimal: CSVFormat.DecimalMark
  /// What was inferred, a sentence each; nothing for a plain file.
  let notes: [String]

  init(_ bytes: UnsafeBufferPointer<UInt8>, source: String, format: CSVFormat) throws {
    let table = try CSVTableSearch(bytes: bytes, source: source, format: format).table()
    text = table.text
    firstRow = table.firstRow
    firstRowLine = table.firstRowLine
    (names, dateColumn) = (table.names, table.dateColumn)
    let form = try CSVLayoutGuess(table: table, format: format).layout()
    (layout, long) = (form.layout, form.long)
    let order = try CSVDateGuess(table: table, format: format, isWide: layout == .wide).order()
    (dates, dateShape, firstDate) = (order.order, order.shape, order.first)
    let numbers = table.names.indices.filter {
      $0 != table.dateColumn && !format.ignored.contains(table.names[$0])
    }
    let mark = try CSVDecimalGuess(
      table: table, format: format, columns: form.long.map { [$0.value] } ?? numbers
    ).mark()
    decimal = mark.mark
    notes = table.notes + form.notes + order.notes + mark.notes
  }
}

/// Where the table of a file lies.
struct CSVTable {
  let text: CSVText
  let names: [String]
  let dateColumn: Int
  let headerLine: Int
  let firstRow: Int
  let firstRowLine: Int
  let notes: [String]

  /// The cells of the rows from the first on, as long as a date stands in the date column.
  ///
  /// Stops before the first line that is none, or when `body` returns false.
  func forEachRow(_ body: (_ line: Int, _ cells: [CSVText.Cell]) throws -> Bool) rethrows {
    var (position, line) = (firstRow, firstRowLine)
    while position < text.bytes.count {
      guard let cells = text.cells(ofLineAt: position), cells.count > dateColumn,
        WrittenDate(text.content(cells[dateColumn])) != nil,
        try body(line, cells)
      else { return }
      position = cells.last.map { text.afterLineEnd($0.end) } ?? text.bytes.count
      line += 1
    }
  }

  /// The position of a column that the user names by an option.
  func column(_ name: String, option: String) throws -> Int {
    guard let index = names.firstIndex(of: name) else {
      throw DataError(
        file: text.source, line: headerLine,
        problem: "no column '\(name)', which \(option) names"
          + Spelling.sentenceEnd(for: name, among: names)
          + " Columns: \(names.joined(separator: ", ")).")
    }
    return index
  }
}
