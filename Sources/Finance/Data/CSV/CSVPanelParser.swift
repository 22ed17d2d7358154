/// Reads the rows of a wide table: one pass over the bytes, cell by cell.
struct CSVPanelParser {
  /// What happens with the cells of a column.
  private enum Use {
    case value
    case date
    case skip
    /// A trailing column without a name, whose cells must be empty.
    case void
  }

  let dialect: CSVDialect
  private let rows: CSVRows
  private let uses: [Use]
  private let names: [String]
  private var text: CSVText { dialect.text }
  private var bytes: UnsafeBufferPointer<UInt8> { dialect.text.bytes }

  init(_ dialect: CSVDialect, ignored: [String]) {
    self.dialect = dialect
    rows = CSVRows(dialect)
    uses = dialect.names.enumerated().map { index, name in
      if index == dialect.dateColumn { return .date }
      if ignored.contains(name) { return .skip }
      return name.isEmpty ? (index == 0 ? .skip : .void) : .value
    }
    names = zip(dialect.names, uses).filter { $0.1 == .value }.map(\.0)
  }

  func panel() throws -> Panel {
    guard !names.isEmpty else {
      throw DataError(
        file: text.source, line: dialect.firstRowLine - 1,
        problem: "has no column of numbers besides the dates.")
    }
    var lines = 0
    for position in dialect.firstRow..<bytes.count where bytes[position] == CSVText.newline {
      lines += 1
    }
    // A cell takes at least its separator, which bounds the memory that odd files can ask for.
    let capacity = min((lines + 1) * names.count, bytes.count - dialect.firstRow)
    var reading = Reading(columns: names.count)
    let values = try [Double](unsafeUninitializedCapacity: capacity) {
      try read(into: $0, &reading)
      $1 = reading.dates.count * names.count
    }
    try requireUniformPercents(reading, values)
    let isDescending = reading.step < 0
    let count = reading.dates.count
    var matrix = Matrix(rows: count, columns: names.count, elements: values)
    if isDescending {
      reading.dates.reverse()
      for row in 0..<count {
        for column in names.indices {
          matrix[row, column] = values[(count - 1 - row) * names.count + column]
        }
      }
    }
    return Panel(
      dates: reading.dates, columns: names, values: matrix, source: text.source,
      firstLine: isDescending ? dialect.firstRowLine + count - 1 : dialect.firstRowLine,
      lineStep: isDescending ? -1 : 1, notes: dialect.notes + notes(reading))
  }

  /// What the pass over the rows finds besides the numbers.
  private struct Reading {
    var dates: [CalendarDate] = []
    /// 1 for rows of ascending dates, −1 for descending ones, 0 for a single row.
    var step = 0
    /// For each column, the numbers other than 0 that had a percent sign.
    var percents: [Int]
    var footer: String?

    init(columns: Int) { percents = [Int](repeating: 0, count: columns) }
  }

  private func read(
    into values: UnsafeMutableBufferPointer<Double>, _ reading: inout Reading
  ) throws {
    var position = dialect.firstRow
    var line = dialect.firstRowLine
    var next = 0
    let decimal = dialect.decimal.byte
    let datesFirst = dialect.dateColumn == 0
    // In a file of commas a decimal comma stands in quotes, which the slow path undoes.
    let isPlain = decimal != text.separator
    while position < bytes.count {
      let start = position
      guard let (date, dateEnd) = try rows.date(at: start, line: line) else {
        reading.footer = try rows.footer(at: start, line: line)
        return
      }
      try append(date, to: &reading, line: line)
      position = datesFirst ? dateEnd : start
      var isFirst = !datesFirst
      for column in (datesFirst ? 1 : 0)..<uses.count {
        if !isFirst {
          guard position < bytes.count, bytes[position] == text.separator else {
            throw rows.ragged(line, at: start)
          }
          position += 1
        }
        isFirst = false
        guard uses[column] == .value else {
          position = try passOver(column, from: position, line: line)
          continue
        }
        // The common case: a number, and nothing else, up to the next separator.
        if isPlain, let base = bytes.baseAddress,
          let number = DecimalParser.number(
            base + position, count: bytes.count - position, decimal: decimal),
          text.isSeparator(position + number.length)
        {
          values[next] = number.value
          if !number.value.isFinite {
            throw rows.infinite(
              position..<position + number.length, line: line, column: dialect.names[column])
          }
          position += number.length
        } else {
          let name = dialect.names[column]
          let cell = try text.cell(from: position, line: line, column: name)
          let (value, isPercent) = try rows.value(cell, line: line, column: name)
          values[next] = value
          if isPercent, value != 0 { reading.percents[next % names.count] += 1 }
          position = cell.end
        }
        next += 1
      }
      guard text.isLineEnd(position) else { throw rows.ragged(line, at: start) }
      position = text.afterLineEnd(position)
      line += 1
    }
  }

  private func passOver(_ column: Int, from position: Int, line: Int) throws -> Int {
    let cell = try text.cell(from: position, line: line, column: dialect.names[column])
    guard uses[column] != .void || cell.content.isEmpty else {
      throw DataError(
        file: text.source, line: line, value: text.excerpt(cell.content),
        problem: "stands in column \(column + 1), which has no name; name the column.")
    }
    return cell.end
  }

  private func append(_ date: CalendarDate, to reading: inout Reading, line: Int) throws {
    if let last = reading.dates.last {
      let step = date > last ? 1 : date < last ? -1 : 0
      if reading.step == 0 { reading.step = step }
      guard step != 0, step == reading.step else {
        throw DataError(
          file: text.source, line: line, value: "\(date)",
          problem: step == 0
            ? "occurs twice; keep one row per date."
            : "follows \(last); sort the rows by date.")
      }
    }
    reading.dates.append(date)
  }

  /// A column with percent signs has them on every number but 0, or nobody knows its unit.
  private func requireUniformPercents(_ reading: Reading, _ values: [Double]) throws {
    for (column, count) in reading.percents.enumerated() where count > 0 {
      let others = stride(from: column, to: values.count, by: names.count)
        .first { values[$0] != 0 && !values[$0].isNaN }
      let all = stride(from: column, to: values.count, by: names.count)
        .filter { values[$0] != 0 && !values[$0].isNaN }.count
      guard others != nil, all != count else { continue }
      throw DataError(
        file: text.source, column: names[column],
        problem: "has percent signs on \(count) of \(all) numbers; expected them on all or none.")
    }
  }

  private func notes(_ reading: Reading) -> [String] {
    var notes: [String] = []
    if reading.step < 0 { notes.append("Rows run from the newest date to the oldest.") }
    let percents = zip(names, reading.percents).filter { $0.1 > 0 }.map(\.0)
    if !percents.isEmpty {
      notes.append("Percent signs divide by 100: \(percents.joined(separator: ", ")).")
    }
    let skipped = zip(dialect.names, uses).filter { $0.1 == .skip && !$0.0.isEmpty }.map(\.0)
    if !skipped.isEmpty { notes.append("Not read: \(skipped.joined(separator: ", ")).") }
    if uses.contains(.void) { notes.append("Trailing columns without name are empty.") }
    return notes + (reading.footer.map { [$0] } ?? [])
  }
}
