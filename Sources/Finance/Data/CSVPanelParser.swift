/// The grammar of ``CSVPanelReader``: one pass over the bytes, cell by cell.
struct CSVPanelParser {
  let bytes: UnsafeBufferPointer<UInt8>
  let source: String

  /// A cell's bytes without blanks and quotes, and the position of the separator after it.
  private struct Cell {
    let content: Range<Int>
    let end: Int
    var isQuoted = false
  }

  private static let comma = UInt8(ascii: ",")
  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  func panel() throws -> Panel {
    let (names, start) = try header()
    var lines = 0
    for position in start..<bytes.count { lines += bytes[position] == Self.newline ? 1 : 0 }
    var dates: [CalendarDate] = []
    dates.reserveCapacity(lines + 1)
    // A cell takes at least its comma, which bounds the memory that odd files can ask for.
    let capacity = min((lines + 1) * names.count, bytes.count - start)
    let values = try [Double](unsafeUninitializedCapacity: capacity) {
      dates = try rows(from: start, names: names, into: $0)
      $1 = dates.count * names.count
    }
    guard !dates.isEmpty else {
      throw DataError(file: source, problem: "holds a header but no rows.")
    }
    return Panel(
      dates: dates, columns: names,
      values: Matrix(rows: dates.count, columns: names.count, elements: values),
      source: source, firstLine: 2)
  }

  // MARK: Header

  /// The names of the value columns, and the position of the second line.
  private func header() throws -> (names: [String], next: Int) {
    var names: [String] = []
    var position = 0
    while true {
      let cell = try cell(from: position, line: 1, column: nil)
      names.append(try name(in: cell, number: names.count + 1))
      position = cell.end
      guard position < bytes.count, bytes[position] == Self.comma else { break }
      position += 1
    }
    try validate(names)
    return (Array(names.dropFirst()), afterLineEnd(position))
  }

  private func name(in cell: Cell, number: Int) throws -> String {
    var plain: [UInt8] = []
    var characters = bytes[cell.content].makeIterator()
    while let byte = characters.next() {
      plain.append(byte)
      // "" in a quoted name stands for one ".
      if cell.isQuoted, byte == Self.quote { _ = characters.next() }
    }
    let name = String(decoding: plain, as: UTF8.self)
    guard !name.unicodeScalars.contains(where: { $0 == "\u{FFFD}" || $0.value < 0x20 }) else {
      throw DataError(
        file: source, line: 1,
        problem: "name \(number) of the header is not plain UTF-8 text; expected a CSV file.")
    }
    return name
  }

  private func validate(_ names: [String]) throws {
    guard names.count > 1 else {
      let first = names.first ?? ""
      let other = [(";", "';'"), ("\t", "tabs"), ("|", "'|'")].first { first.contains($0.0) }
      throw DataError(
        file: source, line: 1,
        problem: "no comma in the header; expected a date column and value columns, separated by "
          + "commas" + (other.map { " (they seem to be separated by \($0.1))." } ?? "."))
    }
    if CalendarDate(names[0]) != nil || Double(names[0]) != nil {
      throw DataError(
        file: source, line: 1, value: names[0],
        problem: "starts the first line, which should hold column names; add a header line.")
    }
    for (index, name) in names.enumerated().dropFirst() {
      guard !name.isEmpty else {
        throw DataError(
          file: source, line: 1,
          problem: "cell \(index + 1) of the header is empty; name the column.")
      }
      if let earlier = names[1..<index].firstIndex(of: name) {
        throw DataError(
          file: source, line: 1, column: name,
          problem: "names cells \(earlier + 1) and \(index + 1) of the header; rename one.")
      }
    }
  }

  // MARK: Rows

  private func rows(
    from start: Int, names: [String], into values: UnsafeMutableBufferPointer<Double>
  ) throws -> [CalendarDate] {
    var dates: [CalendarDate] = []
    var position = start
    var line = 2
    var next = 0
    while position < bytes.count {
      let lineStart = position
      if isLineEnd(position) {
        try requireNothing(after: position, line: line)
        break
      }
      let dateCell = try cell(from: position, line: line, column: nil)
      dates.append(try date(in: dateCell, line: line, previous: dates.last))
      position = dateCell.end
      for name in names.indices {
        guard position < bytes.count, bytes[position] == Self.comma else {
          throw ragged(lineStart, line: line, expected: names.count + 1)
        }
        position += 1
        // The common case: a number, and nothing else, up to the next separator.
        if let base = bytes.baseAddress,
          let number = DecimalParser.number(base + position, count: bytes.count - position),
          isSeparator(position + number.length)
        {
          values[next] = number.value
          if !number.value.isFinite {
            throw infinite(position..<position + number.length, line: line, column: names[name])
          }
          position += number.length
        } else {
          let cell = try cell(from: position, line: line, column: names[name])
          values[next] = try value(in: cell, line: line, column: names[name])
          position = cell.end
        }
        next += 1
      }
      guard isLineEnd(position) else {
        throw ragged(lineStart, line: line, expected: names.count + 1)
      }
      position = afterLineEnd(position)
      line += 1
    }
    return dates
  }

  private func date(in cell: Cell, line: Int, previous: CalendarDate?) throws -> CalendarDate {
    guard let date = CalendarDate(bytes: UnsafeBufferPointer(rebasing: bytes[cell.content])) else {
      throw DataError(
        file: source, line: line, value: text(cell.content),
        problem: "is not a date; expected YYYY-MM-DD in the first column.")
    }
    if let previous, date <= previous {
      throw DataError(
        file: source, line: line, value: "\(date)",
        problem: date == previous
          ? "occurs twice; keep one row per date."
          : "follows \(previous); sort the rows by ascending date.")
    }
    return date
  }

  private func value(in cell: Cell, line: Int, column: String) throws -> Double {
    let content = UnsafeBufferPointer(rebasing: bytes[cell.content])
    if content.isEmpty { return .nan }
    if let base = content.baseAddress,
      let number = DecimalParser.number(base, count: content.count), number.length == content.count
    {
      guard number.value.isFinite else {
        throw infinite(cell.content, line: line, column: column)
      }
      return number.value
    }
    let text = text(cell.content)
    if ["NA", "NaN", "nan", "."].contains(text) { return .nan }
    if let number = Double(text), number.isInfinite {
      throw infinite(cell.content, line: line, column: column)
    }
    throw DataError(
      file: source, line: line, column: column, value: text,
      problem: "is not a number; expected digits with a decimal point, or an empty cell.")
  }

  // MARK: Cells and lines

  private func cell(from start: Int, line: Int, column: String?) throws -> Cell {
    var i = start
    while i < bytes.count, isBlank(bytes[i]) { i += 1 }
    if i < bytes.count, bytes[i] == Self.quote {
      return try quotedCell(from: i, line: line, column: column)
    }
    var end = i
    while !isSeparator(end) { end += 1 }
    var last = end
    while last > i, isBlank(bytes[last - 1]) { last -= 1 }
    return Cell(content: i..<last, end: end)
  }

  private func quotedCell(from start: Int, line: Int, column: String?) throws -> Cell {
    var i = start + 1
    while i < bytes.count, bytes[i] != Self.newline {
      guard bytes[i] == Self.quote else {
        i += 1
        continue
      }
      if i + 1 < bytes.count, bytes[i + 1] == Self.quote {
        i += 2
        continue
      }
      var end = i + 1
      while end < bytes.count, isBlank(bytes[end]) { end += 1 }
      if isSeparator(end) { return Cell(content: start + 1..<i, end: end, isQuoted: true) }
      break
    }
    throw DataError(
      file: source, line: line, column: column,
      problem: "a quoted cell does not end with a quotation mark before the next comma or line end."
    )
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Whether a cell ends at a position.
  private func isSeparator(_ position: Int) -> Bool {
    isLineEnd(position) || bytes[position] == Self.comma
  }

  /// Whether a line ends at a position: LF, CRLF or the end of the file.
  private func isLineEnd(_ position: Int) -> Bool {
    if position >= bytes.count || bytes[position] == Self.newline { return true }
    return bytes[position] == Self.carriageReturn
      && (position + 1 >= bytes.count || bytes[position + 1] == Self.newline)
  }

  private func afterLineEnd(_ position: Int) -> Int {
    guard position < bytes.count else { return position }
    let crlf = bytes[position] == Self.carriageReturn && position + 1 < bytes.count
    return position + (crlf ? 2 : 1)
  }

  private func requireNothing(after position: Int, line: Int) throws {
    for byte in bytes[position...]
    where !isBlank(byte) && byte != Self.newline && byte != Self.carriageReturn {
      throw DataError(
        file: source, line: line, problem: "is empty, but rows follow; remove the empty line.")
    }
  }

  // MARK: Errors

  /// The text of a cell, cut where it is too long for a message.
  private func text(_ range: Range<Int>) -> String {
    let limit = 60
    let cut = String(decoding: bytes[range].prefix(limit), as: UTF8.self)
    return range.count > limit ? cut + "…" : cut
  }

  private func infinite(_ range: Range<Int>, line: Int, column: String) -> DataError {
    DataError(
      file: source, line: line, column: column, value: text(range),
      problem: "is infinite; expected a finite number, or an empty cell.")
  }

  private func ragged(_ start: Int, line: Int, expected: Int) -> DataError {
    var cells = 1
    var position = start
    var quoted = false
    while position < bytes.count, bytes[position] != Self.newline {
      if bytes[position] == Self.quote { quoted.toggle() }
      if bytes[position] == Self.comma, !quoted { cells += 1 }
      position += 1
    }
    return DataError(
      file: source, line: line,
      problem: "has \(cells) cells, but the header has \(expected); "
        + "every row needs one cell per column.")
  }
}
