import Finance

extension SlowCSVReader {
  /// Where the table is: its separator, its header, its first row and its date column.
  struct Place {
    var separator: UInt8
    var header: Int
    var row: Int
    var date: Int
  }

  private func isBlank(_ line: [UInt8]) -> Bool { line.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

  /// The first line with a date after one with as many cells and no date; then after any header.
  func place() -> Place? {
    let filled = lines.indices.prefix(200).filter { !isBlank(lines[$0]) }
    for strict in [true, false] {
      for (header, row) in zip(filled, filled.dropFirst()) {
        for separator in [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")] {
          guard let names = Self.cells(lines[header], separator),
            let cells = Self.cells(lines[row], separator), cells.count >= 2,
            names.count >= 2 || !strict
          else { continue }
          let dates = cells.indices.filter { index in
            guard Self.written(cells[index].content) != nil else { return false }
            if index == 0 { return true }
            let title = index < names.count ? names[index].text.lowercased() : ""
            return ["date", "time", "day", "datum", "period"].contains { title.contains($0) }
          }
          guard let date = dates.first, date < names.count else { continue }
          let isNumber = CSVFormat.DecimalMark.allCases.contains { mark in
            if case .value = Self.number(names[date].content, mark) { return true }
            return false
          }
          guard Self.written(names[date].content) == nil, !isNumber else { continue }
          guard !strict || names.count == cells.count else { continue }
          return Place(separator: separator, header: header, row: row, date: date)
        }
      }
    }
    return nil
  }

  /// The rows of the table as dates and cells, or nil where a line is neither row nor footer.
  private func rows(_ place: Place) -> [(written: Written, cells: [Cell])]? {
    var rows: [(written: Written, cells: [Cell])] = []
    var end = lines.count
    for index in place.row..<lines.count {
      guard let cells = Self.cells(lines[index], place.separator), cells.count > place.date,
        let written = Self.written(cells[place.date].content)
      else {
        end = index
        break
      }
      rows.append((written, cells))
    }
    let rest = lines[end...].filter { line in
      !line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == place.separator }
    }
    for line in rest {
      if let cells = Self.cells(line, place.separator), cells.count > place.date,
        Self.written(cells[place.date].content) != nil
      {
        return nil
      }
    }
    if let first = rest.first {
      guard let cells = Self.cells(first, place.separator) else { return nil }
      let filled = cells.filter { !$0.content.isEmpty }.count
      let head = cells[min(place.date, cells.count - 1)].content.first
      let digit = head.map { $0 >= 0x30 && $0 <= 0x39 } ?? false
      let names = Self.cells(lines[place.header], place.separator)
      let isWhole = place.date == 0 ? filled > 1 : cells.count == names?.count
      guard !(isWhole && digit) else { return nil }
    }
    return rows
  }

  /// The dates of the rows under an order, if they are written alike.
  private func dates(_ rows: [(written: Written, cells: [Cell])], _ order: CSVFormat.DateOrder)
    -> [CalendarDate]?
  {
    let shape = rows.first?.written.shape
    var dates: [CalendarDate] = []
    for row in rows {
      guard row.written.shape == shape, let date = Self.date(row.written, order) else { return nil }
      dates.append(date)
    }
    return dates
  }

  private func isPlain(_ name: String) -> Bool {
    !name.unicodeScalars.contains { $0 == "\u{FFFD}" || $0.value < 0x20 }
  }

  /// The file as a wide table, or nil if it is none under this decimal mark and order of dates.
  func wide(
    _ place: Place, _ decimal: CSVFormat.DecimalMark, _ order: CSVFormat.DateOrder
  ) -> Table? {
    guard let names = Self.cells(lines[place.header], place.separator), let rows = rows(place),
      var dates = dates(rows, order)
    else { return nil }
    let lastNamed = names.lastIndex { !$0.text.isEmpty } ?? 0
    var columns: [Int] = []
    var voids: [Int] = []
    for (index, name) in names.enumerated() {
      guard isPlain(name.text) else { return nil }
      if index == place.date { continue }
      if !name.text.isEmpty {
        let first = names.firstIndex { $0.text == name.text } ?? index
        guard first == index || first == place.date else { return nil }
        columns.append(index)
      } else if index > lastNamed, index > 0 {
        voids.append(index)
      } else if index > 0 || place.date == 0 {
        return nil
      }
    }
    guard !columns.isEmpty else { return nil }
    var values: [[UInt64]] = []
    var percents = [Int](repeating: 0, count: columns.count)
    var plains = percents
    for row in rows {
      guard row.cells.count == names.count, voids.allSatisfy({ row.cells[$0].content.isEmpty })
      else { return nil }
      var line: [UInt64] = []
      for (k, column) in columns.enumerated() {
        switch Self.number(row.cells[column].content, decimal) {
        case nil: return nil
        case .missing: line.append(Double.nan.bitPattern)
        case .value(let bits, let isPercent):
          line.append(bits)
          if Double(bitPattern: bits) != 0 {
            if isPercent { percents[k] += 1 } else { plains[k] += 1 }
          }
        }
      }
      values.append(line)
    }
    guard !zip(percents, plains).contains(where: { $0 > 0 && $1 > 0 }) else { return nil }
    let pairs = zip(dates, dates.dropFirst())
    if !pairs.allSatisfy({ $0 < $1 }) {
      guard pairs.allSatisfy({ $0 > $1 }) else { return nil }
      dates.reverse()
      values.reverse()
    }
    return Table(columns: columns.map { names[$0].text }, dates: dates, values: values)
  }

  /// The file as a long table with three columns.
  func long(
    _ place: Place, _ decimal: CSVFormat.DecimalMark, _ order: CSVFormat.DateOrder
  ) -> Table? {
    guard let names = Self.cells(lines[place.header], place.separator), let rows = rows(place),
      let dates = dates(rows, order)
    else { return nil }
    let others = names.indices.filter { $0 != place.date && !names[$0].text.isEmpty }
    let words = others.filter { column in
      rows.prefix(20).allSatisfy { row in
        guard column < row.cells.count, let first = row.cells[column].content.first else {
          return false
        }
        return (first | 0x20 >= 0x61 && (first | 0x20 <= 0x7A || first >= 0x80))
          && Self.number(row.cells[column].content, .point) == nil
          && !["inf", "infinity"].contains(row.cells[column].text.lowercased())
      }
    }
    guard words.count == 1, others.count == 2, let value = others.first(where: { $0 != words[0] })
    else { return nil }
    var cells: [CalendarDate: [String: UInt64]] = [:]
    var series: [String] = []
    var (percents, plains) = ([String: Int](), [String: Int]())
    for (row, date) in zip(rows, dates) {
      guard row.cells.count == names.count else { return nil }
      let name = row.cells[words[0]].text
      guard !name.isEmpty, cells[date]?[name] == nil else { return nil }
      if !series.contains(name) { series.append(name) }
      switch Self.number(row.cells[value].content, decimal) {
      case nil: return nil
      case .missing: cells[date, default: [:]][name] = Double.nan.bitPattern
      case .value(let bits, let isPercent):
        cells[date, default: [:]][name] = bits
        if Double(bitPattern: bits) != 0 {
          if isPercent { percents[name, default: 0] += 1 } else { plains[name, default: 0] += 1 }
        }
      }
    }
    guard Set(percents.keys).isDisjoint(with: plains.keys) else { return nil }
    let days = cells.keys.sorted()
    return Table(
      columns: series, dates: days,
      values: days.map { day in series.map { cells[day]?[$0] ?? Double.nan.bitPattern } })
  }
}
