/// Walks the rows of a table: their dates, and where the rows end.
struct CSVRows {
  let dialect: CSVDialect
  private let isISO: Bool
  private var text: CSVText { dialect.text }

  init(_ dialect: CSVDialect) {
    self.dialect = dialect
    isISO =
      dialect.dateShape.mark == UInt8(ascii: "-") && dialect.dateShape.yearFirst
      && dialect.dateShape.hasCentury
  }

  /// The date of the row at a position, and the end of its cell; nil where the rows end.
  @inline(__always)
  func date(at position: Int, line: Int) throws -> (date: CalendarDate, end: Int)? {
    var start = position
    for _ in 0..<dialect.dateColumn {
      guard let cell = text.cell(from: start) else { return nil }
      start = cell.end
      guard start < text.bytes.count, text.bytes[start] == text.separator else { return nil }
      start += 1
    }
    guard let cell = text.cell(from: start) else { return nil }
    let content = text.content(cell)
    if isISO, let date = CalendarDate(bytes: content) { return (date, cell.end) }
    return try date(written: content, cell: cell, line: line).map { ($0, cell.end) }
  }

  private func date(
    written content: UnsafeBufferPointer<UInt8>, cell: CSVText.Cell, line: Int
  ) throws -> CalendarDate? {
    guard let written = WrittenDate(content) else { return nil }
    guard written.shape == dialect.dateShape else {
      throw DataError(
        file: text.source, line: line, value: text.excerpt(cell.content),
        problem:
          "is written unlike '\(dialect.firstDate)' on line \(dialect.firstRowLine); expected "
          + "one way of writing dates in a file.")
    }
    guard let date = written.date(dialect.dates) else {
      let reason = dialect.notes.first { $0.hasPrefix("Dates are") }.map { " " + $0 } ?? ""
      throw DataError(
        file: text.source, line: line, value: text.excerpt(cell.content),
        problem: "is not a date of the calendar, read as \(dialect.dates.rawValue).\(reason)")
    }
    return date
  }

  /// What stands after the rows: nothing, or a footer, which is described; anything else is a fault.
  ///
  /// A footer is what has no date: lines of words, with no row after them.
  func footer(at position: Int, line: Int) throws -> String? {
    var (start, number) = (position, line)
    var first: (start: Int, line: Int)?
    var count = 0
    while start < text.bytes.count {
      if !text.isEmptyLine(at: start) {
        if first == nil { first = (start, number) }
        count += 1
        if isRow(at: start) { throw fault(at: position, line: line) }
      }
      start = text.nextLine(after: start)
      number += 1
    }
    guard let first else { return nil }
    let cells = text.cells(ofLineAt: first.start)
    // Where rows have their dates a footer has words, or nothing: digits there are a damaged row.
    let head = cells.map { text.content($0[min(dialect.dateColumn, $0.count - 1)]) }
    let filled = cells?.filter { !$0.content.isEmpty }.count ?? 0
    let startsWithDigit = head?.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? false
    let isWhole =
      dialect.dateColumn == 0 ? filled > 1 : cells?.count == dialect.names.count
    guard cells != nil, !(isWhole && startsWithDigit) else {
      throw fault(at: first.start, line: first.line)
    }
    var end = first.start
    while !text.isLineEnd(end) { end += 1 }
    return
      "\(count) \(count == 1 ? "line" : "lines") after the rows \(count == 1 ? "is" : "are") left "
      + "out, from line \(first.line): '\(text.excerpt(first.start..<end))'."
  }

  /// Whether a line has a date where the rows have theirs.
  private func isRow(at position: Int) -> Bool {
    guard let cells = text.cells(ofLineAt: position), cells.count > dialect.dateColumn else {
      return false
    }
    return WrittenDate(text.content(cells[dialect.dateColumn])) != nil
  }

  /// Why a line before other rows is none.
  private func fault(at position: Int, line: Int) -> DataError {
    if text.isEmptyLine(at: position) {
      return DataError(
        file: text.source, line: line,
        problem: "is empty, but rows follow; remove the empty line.")
    }
    guard let cells = text.cells(ofLineAt: position) else {
      return DataError(
        file: text.source, line: line,
        problem:
          "a quoted cell does not end with a quotation mark before the next separator or line end.")
    }
    guard cells.count > dialect.dateColumn else { return ragged(line, count: cells.count) }
    return DataError(
      file: text.source, line: line, value: text.excerpt(cells[dialect.dateColumn].content),
      problem: "is not a date; expected one written like '\(dialect.firstDate)' on line "
        + "\(dialect.firstRowLine).")
  }

  func ragged(_ line: Int, at position: Int) -> DataError {
    ragged(line, count: text.cells(ofLineAt: position)?.count)
  }

  private func ragged(_ line: Int, count: Int?) -> DataError {
    guard let count else {
      return DataError(
        file: text.source, line: line,
        problem:
          "a quoted cell does not end with a quotation mark before the next separator or line end.")
    }
    return DataError(
      file: text.source, line: line,
      problem: "has \(count) cells, but the header has \(dialect.names.count); every row needs one "
        + "cell per column.")
  }

  /// The number in a cell, NaN where it is missing.
  func value(
    _ cell: CSVText.Cell, line: Int, column: String
  ) throws -> (value: Double, isPercent: Bool) {
    switch WrittenNumber(text.content(cell), decimal: dialect.decimal) {
    case .number(let value): return (value, false)
    case .percent(let value): return (value, true)
    case .missing: return (.nan, false)
    case .infinite: throw infinite(cell.content, line: line, column: column)
    case .invalid:
      let reason = dialect.notes.first { $0.hasPrefix("Numbers have") }.map { " " + $0 } ?? ""
      throw DataError(
        file: text.source, line: line, column: column, value: text.excerpt(cell.content),
        problem: "is not a number; expected digits with a decimal \(dialect.decimal), or an empty "
          + "cell.\(reason)")
    }
  }

  func infinite(_ range: Range<Int>, line: Int, column: String) -> DataError {
    DataError(
      file: text.source, line: line, column: column, value: text.excerpt(range),
      problem: "is infinite; expected a finite number, or an empty cell.")
  }
}
