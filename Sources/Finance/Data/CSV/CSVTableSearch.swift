/// Finds the table in a file: its separator, header, date column and first row.
///
/// The first row is the first line with a date whose preceding line has as many cells and no date:
/// that line is the header, all before it is preamble. The date stands in the first column, or in one
/// whose name speaks of a date.
struct CSVTableSearch {
  let bytes: UnsafeBufferPointer<UInt8>
  let source: String
  let format: CSVFormat

  /// Lines in which a table must begin.
  static let searchedLines = 200

  private struct Line {
    let start: Int
    let number: Int
  }

  func table() throws -> CSVTable {
    let lines = headLines()
    guard let first = lines.first else {
      throw DataError(
        file: source, problem: "is empty; expected a header line and rows of dates and numbers.")
    }
    let separators = format.separator.map { [$0] } ?? CSVFormat.Separator.allCases
    var pairs = Array(zip(lines, lines.dropFirst()))
    if let stated = format.headerLine {
      guard let index = lines.firstIndex(where: { $0.number == stated }) else {
        throw DataError(
          file: source, line: stated,
          problem: "holds no column names, though the option headerLine says so.")
      }
      pairs = Array(pairs.dropFirst(index).prefix(1))
    }
    // Strictly first, so that a preamble with a date in it is passed over; then with any header.
    for strict in [true, false] {
      for (header, row) in pairs {
        for separator in separators {
          if let table = try table(header, row, separator, strict: strict) { return table }
        }
      }
    }
    throw noTable(first, lines, separators)
  }

  /// The lines that are not blank, from the top.
  private func headLines() -> [Line] {
    let text = CSVText(bytes: bytes, source: source, separator: UInt8(ascii: ","))
    var lines: [Line] = []
    var (position, number) = (0, 1)
    while position < bytes.count, number <= max(Self.searchedLines, (format.headerLine ?? 0) + 1) {
      var end = position
      var isBlank = true
      while !text.isLineEnd(end) {
        if bytes[end] != 0x20, bytes[end] != 0x09 { isBlank = false }
        end += 1
      }
      if !isBlank { lines.append(Line(start: position, number: number)) }
      position = text.afterLineEnd(end)
      number += 1
    }
    return lines
  }

  private func table(
    _ header: Line, _ row: Line, _ separator: CSVFormat.Separator, strict: Bool
  ) throws -> CSVTable? {
    let text = CSVText(bytes: bytes, source: source, separator: separator.byte)
    guard let cells = text.cells(ofLineAt: row.start), cells.count >= 2,
      let names = text.cells(ofLineAt: header.start), names.count >= 2 || !strict
    else { return nil }
    let titles = names.map { text.plainText($0) }
    guard let date = dateColumn(cells, titles, text), date < names.count else { return nil }
    let title = text.content(names[date])
    let isName = WrittenDate(title) == nil && !Self.isNumber(title)
    if strict {
      guard names.count == cells.count, isName else { return nil }
    } else if !isName {
      return nil
    }
    try validate(titles, date, header.number, text)
    var notes: [String] = []
    if separator != .comma, format.separator == nil {
      notes.append("Cells are separated by \(separator == .tab ? "tabs" : "semicolons").")
    }
    let before = headLines().filter { $0.number < header.number }.count
    if before > 0, format.headerLine == nil {
      notes.append(
        "The table begins on line \(header.number); \(before) "
          + "\(before == 1 ? "line" : "lines") before it \(before == 1 ? "is" : "are") left out.")
    }
    if date > 0, format.dateColumn == nil {
      notes.append("Dates are in column \(date + 1), '\(titles[date])'.")
    }
    return CSVTable(
      text: text, names: titles, dateColumn: date, headerLine: header.number,
      firstRow: row.start, firstRowLine: row.number, notes: notes)
  }

  /// The stated date column, or the first one with a date that can be the date column.
  private func dateColumn(_ cells: [CSVText.Cell], _ titles: [String], _ text: CSVText) -> Int? {
    cells.indices.first { index in
      guard WrittenDate(text.content(cells[index])) != nil else { return false }
      let title = index < titles.count ? titles[index] : ""
      if let stated = format.dateColumn { return title == stated }
      guard index > 0 else { return true }
      let lower = title.lowercased()
      return ["date", "time", "day", "datum", "period"].contains { lower.contains($0) }
    }
  }

  private static func isNumber(_ content: UnsafeBufferPointer<UInt8>) -> Bool {
    for mark in CSVFormat.DecimalMark.allCases {
      switch WrittenNumber(content, decimal: mark) {
      case .number, .percent: return true
      case .missing, .infinite, .invalid: continue
      }
    }
    return false
  }

  /// Names must be plain text, present and unique; trailing nameless columns may be empty ones.
  private func validate(_ names: [String], _ date: Int, _ line: Int, _ text: CSVText) throws {
    let lastNamed = names.lastIndex { !$0.isEmpty } ?? 0
    for (index, name) in names.enumerated() {
      guard !name.unicodeScalars.contains(where: { $0 == "\u{FFFD}" || $0.value < 0x20 }) else {
        throw DataError(
          file: source, line: line,
          problem: "name \(index + 1) of the header is not plain UTF-8 text; expected a CSV file.")
      }
      guard index != date, !format.ignored.contains(name) else { continue }
      if name.isEmpty {
        // A table written with its row numbers has a nameless column before the date.
        guard index > lastNamed || (index == 0 && date > 0) else {
          throw DataError(
            file: source, line: line,
            problem: "cell \(index + 1) of the header is empty; name the column.")
        }
      } else if let earlier = names[..<index].firstIndex(of: name), earlier != date {
        throw DataError(
          file: source, line: line, column: name,
          problem: "names cells \(earlier + 1) and \(index + 1) of the header; rename one.")
      }
    }
  }

  // MARK: No table

  private func noTable(
    _ first: Line, _ lines: [Line], _ separators: [CSVFormat.Separator]
  ) -> DataError {
    let texts = separators.map { CSVText(bytes: bytes, source: source, separator: $0.byte) }
    for text in texts {
      if let cells = text.cells(ofLineAt: first.start), cells.count > 1,
        WrittenDate(text.content(cells[0])) != nil
      {
        return DataError(
          file: source, line: first.number, value: text.plainText(cells[0]),
          problem: "starts the first line, which should hold column names; add a header line.")
      }
    }
    let tables = lines.filter { line in
      texts.contains { ($0.cells(ofLineAt: line.start)?.count ?? 0) > 1 }
    }
    guard let header = tables.first else {
      let head = String(
        decoding: bytes[first.start...].prefix { $0 != CSVText.newline }, as: UTF8.self)
      return DataError(
        file: source, line: first.number,
        problem: "no comma, semicolon or tab; expected a date column and value columns"
          + (head.contains("|") ? " (they seem to be separated by '|')." : "."))
    }
    guard tables.count > 1 || lines.count > 1 else {
      return DataError(file: source, problem: "holds a header but no rows.")
    }
    let row = lines.first { $0.number > header.number } ?? header
    let text =
      texts.first { ($0.cells(ofLineAt: header.start)?.count ?? 0) > 1 } ?? texts[0]
    if text.cells(ofLineAt: row.start) == nil {
      return DataError(
        file: source, line: row.number,
        problem:
          "a quoted cell does not end with a quotation mark before the next separator or line end.")
    }
    let value = text.cell(from: row.start).map { text.excerpt($0.content) }
    return DataError(
      file: source, line: row.number, value: value ?? "",
      problem:
        "is not a date; expected one such as 2020-01-31, 20200131, 31.01.2020, 01/31/2020 or "
        + "31-Jan-2020 in the first column, under a header line. "
        + "Is it another column? "
        + CSVFormat.remedy("dateColumn", "NAME") + ".")
  }
}
