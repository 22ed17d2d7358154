/// Reads a long table, a date, a name and a number per row, into a panel with a column per name.
///
/// Rows may come in any order; a date and name may occur once. Series keep the order of their first row.
struct CSVLongParser {
  let dialect: CSVDialect
  let columns: (name: Int, value: Int)
  private let rows: CSVRows
  private var text: CSVText { dialect.text }

  init(_ dialect: CSVDialect, columns: (name: Int, value: Int)) {
    self.dialect = dialect
    self.columns = columns
    rows = CSVRows(dialect)
  }

  /// The rows as they stand in the file.
  private struct Reading {
    var days: [Int32] = []
    /// The days without those that repeat the row before.
    var changes: [Int32] = []
    var series: [Int32] = []
    var values: [Double] = []
    var names: [String] = []
    var numbers: [String: Int32] = [:]
    var footer: String?
    /// For each series, the numbers other than 0 with and without a percent sign.
    var percents: [Int] = []
    var plains: [Int] = []
  }

  func panel() throws -> Panel {
    let reading = try read()
    let days = Set(reading.changes).sorted()
    let (rows, columns) = (days.count, reading.names.count)
    guard rows.multipliedReportingOverflow(by: columns).partialValue <= 400_000_000 else {
      throw DataError(
        file: text.source,
        problem: "has \(rows) dates and \(columns) series: too many for a table in memory.")
    }
    var rowOfDay: [Int32: Int] = [:]
    for (row, day) in days.enumerated() { rowOfDay[day] = row }
    var matrix = Matrix(rows: rows, columns: columns, repeating: .nan)
    var isTaken = [Bool](repeating: false, count: rows * columns)
    var (lastDay, lastRow) = (Int32.min, 0)
    matrix.elements.withUnsafeMutableBufferPointer { elements in
      for index in reading.days.indices {
        if reading.days[index] != lastDay {
          lastDay = reading.days[index]
          lastRow = rowOfDay[lastDay] ?? 0
        }
        elements[lastRow * columns + Int(reading.series[index])] = reading.values[index]
      }
    }
    // Repetitions in a second pass, so that the message can name both lines.
    for index in reading.days.indices {
      if reading.days[index] != lastDay {
        lastDay = reading.days[index]
        lastRow = rowOfDay[lastDay] ?? 0
      }
      let place = lastRow * columns + Int(reading.series[index])
      if isTaken[place] { throw repetition(index, reading) }
      isTaken[place] = true
    }
    return Panel(
      dates: days.map { CalendarDate(days: Int($0)) }, columns: reading.names, values: matrix,
      source: text.source, notes: dialect.notes + (try notes(reading)))
  }

  private func read() throws -> Reading {
    var reading = Reading()
    var table = SymbolTable()
    var seriesOfSymbol: [Int32] = []
    var position = dialect.firstRow
    var line = dialect.firstRowLine
    let isPlain = dialect.decimal.byte != text.separator
    while position < text.bytes.count {
      let start = position
      guard let (date, endOfDate) = try rows.date(at: start, line: line) else {
        reading.footer = try rows.footer(at: start, line: line)
        break
      }
      var series: Int32 = -1
      var (number, isPercent) = (Double.nan, false)
      for column in dialect.names.indices {
        if column > 0 {
          guard position < text.bytes.count, text.bytes[position] == text.separator else {
            throw rows.ragged(line, at: start)
          }
          position += 1
        }
        if column == dialect.dateColumn {
          position = endOfDate
          continue
        }
        // The common case of a number, as in a wide table.
        if column == columns.value, isPlain, let base = text.bytes.baseAddress,
          let plain = DecimalParser.number(
            base + position, count: text.bytes.count - position, decimal: dialect.decimal.byte),
          plain.value.isFinite, text.isSeparator(position + plain.length)
        {
          number = plain.value
          position += plain.length
          continue
        }
        let cell = try text.cell(from: position, line: line, column: dialect.names[column])
        position = cell.end
        if column == columns.name {
          let content = text.content(cell)
          guard !content.isEmpty else {
            throw DataError(
              file: text.source, line: line, column: dialect.names[column],
              problem: "no name of a series; expected one in every row.")
          }
          let symbol = Int(table.index(of: content))
          if symbol == seriesOfSymbol.count {
            seriesOfSymbol.append(try newSeries(cell, line: line, in: &reading))
          }
          series = seriesOfSymbol[symbol]
        } else if column == columns.value {
          (number, isPercent) = try rows.value(cell, line: line, column: dialect.names[column])
        }
      }
      guard text.isLineEnd(position) else { throw rows.ragged(line, at: start) }
      if !number.isNaN, number != 0 {
        if isPercent {
          reading.percents[Int(series)] += 1
        } else {
          reading.plains[Int(series)] += 1
        }
      }
      let day = Int32(truncatingIfNeeded: date.days)
      if reading.days.last != day { reading.changes.append(day) }
      reading.days.append(day)
      reading.series.append(series)
      reading.values.append(number)
      position = text.afterLineEnd(position)
      line += 1
    }
    return reading
  }

  /// The number of a series whose name is new as bytes; as text it may be known, since an accent can be
  /// written in two ways.
  private func newSeries(_ cell: CSVText.Cell, line: Int, in reading: inout Reading) throws -> Int32
  {
    let name = text.plainText(cell)
    guard !name.unicodeScalars.contains(where: { $0 == "\u{FFFD}" || $0.value < 0x20 }) else {
      throw DataError(
        file: text.source, line: line, column: dialect.names[columns.name], value: name,
        problem: "is not plain UTF-8 text; save the file as UTF-8.")
    }
    if let known = reading.numbers[name] { return known }
    let number = Int32(reading.names.count)
    reading.numbers[name] = number
    reading.names.append(name)
    reading.percents.append(0)
    reading.plains.append(0)
    return number
  }

  private func repetition(_ index: Int, _ reading: Reading) -> DataError {
    let first = reading.days.indices.first {
      reading.days[$0] == reading.days[index] && reading.series[$0] == reading.series[index]
    }
    return DataError(
      file: text.source, line: dialect.firstRowLine + index,
      value: "\(CalendarDate(days: Int(reading.days[index]))), "
        + reading.names[Int(reading.series[index])],
      problem:
        "occurs twice, first on line \(dialect.firstRowLine + (first ?? 0)); keep one row per "
        + "date and series.")
  }

  private func notes(_ reading: Reading) throws -> [String] {
    for (index, name) in reading.names.enumerated() {
      let (percents, plains) = (reading.percents[index], reading.plains[index])
      guard percents == 0 || plains == 0 else {
        throw DataError(
          file: text.source, column: name,
          problem:
            "has percent signs on \(percents) of \(percents + plains) numbers; expected them "
            + "on all or none.")
      }
    }
    let percents = zip(reading.names, reading.percents).filter { $0.1 > 0 }.map(\.0)
    return
      (percents.isEmpty
      ? [] : ["Percent signs divide by 100: \(percents.joined(separator: ", "))."])
      + (reading.footer.map { [$0] } ?? [])
  }
}
