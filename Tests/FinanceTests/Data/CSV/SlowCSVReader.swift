import Finance

/// The oracle of ``CSVPanelReader``: a slow, obvious reader by arrays of lines, cells and strings.
///
/// It finds the table by the documented rule and reads it under one decimal mark and one order of dates,
/// which it does not choose: a file that reads under several combinations is ambiguous.
struct SlowCSVReader {
  struct Table: Equatable {
    var columns: [String]
    var dates: [CalendarDate]
    /// By bits, so that missing values are equal.
    var values: [[UInt64]]
  }

  let lines: [[UInt8]]

  init(_ bytes: [UInt8]) {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
    if lines.last?.isEmpty == true { lines.removeLast() }
    self.lines = lines.map { $0.last == 0x0D ? Array($0.dropLast()) : $0 }
  }

  // MARK: Cells

  struct Cell {
    var content: [UInt8]
    var text: String
  }

  static func cells(_ line: [UInt8], _ separator: UInt8) -> [Cell]? {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte == 0x09 && separator != 0x09) }
    var cells: [Cell] = []
    var rest = line[...]
    while true {
      var start = rest
      while let first = start.first, isBlank(first) { start = start.dropFirst() }
      if start.first == 0x22 {
        var (content, plain) = ([UInt8](), [UInt8]())
        var inside = start.dropFirst()
        var isClosed = false
        while let byte = inside.first {
          inside = inside.dropFirst()
          if byte != 0x22 {
            content.append(byte)
            plain.append(byte)
          } else if inside.first == 0x22 {
            content += [0x22, 0x22]
            plain.append(0x22)
            inside = inside.dropFirst()
          } else {
            isClosed = true
            break
          }
        }
        while let first = inside.first, isBlank(first) { inside = inside.dropFirst() }
        guard isClosed, inside.isEmpty || inside.first == separator else { return nil }
        cells.append(Cell(content: content, text: String(decoding: plain, as: UTF8.self)))
        rest = inside
      } else {
        var content = Array(start.prefix { $0 != separator })
        rest = start.dropFirst(content.count)
        while let last = content.last, isBlank(last) { content.removeLast() }
        cells.append(Cell(content: content, text: String(decoding: content, as: UTF8.self)))
      }
      guard rest.first == separator else { return cells }
      rest = rest.dropFirst()
    }
  }

  // MARK: Dates

  struct Written: Equatable {
    var numbers: [Int]
    /// What all dates of a file must share.
    var shape: [Int]
    var isNamed: Bool
    var yearFirst: Bool
    var hasCentury: Bool
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]

  private static func month(_ word: Substring) -> Int? {
    let lower = word.lowercased()
    return months.firstIndex { $0 == lower || $0.prefix(3) == lower }.map { $0 + 1 }
  }

  static func written(_ content: [UInt8]) -> Written? {
    guard content.allSatisfy({ $0 < 0x80 }) else { return nil }
    var text = Substring(String(decoding: content, as: UTF8.self))
    // A time of day: 'T' or a blank, two digits, a colon.
    let characters = Array(text)
    for index in characters.indices where characters[index] == " " || characters[index] == "T" {
      let tail = characters[(index + 1)...]
      guard tail.count >= 5, index > 0 else { continue }
      let t = Array(tail)
      guard t[0].isNumber, t[1].isNumber, t[2] == ":", t[3].isNumber, t[4].isNumber else {
        continue
      }
      guard t.dropFirst(5).allSatisfy({ $0.isNumber || ":+-.Z".contains($0) }) else { return nil }
      if t.count > 5, t[5].isNumber { return nil }
      text = Substring(String(characters[..<index]))
      break
    }
    func digits(_ part: Substring, _ lengths: ClosedRange<Int>) -> Int? {
      guard lengths.contains(part.count), part.allSatisfy({ "0123456789".contains($0) }) else {
        return nil
      }
      return Int(part)
    }
    if text.first?.isLetter == true {
      let name = text.prefix { $0.isLetter }
      guard let month = month(name) else { return nil }
      var rest = text.dropFirst(name.count)
      guard rest.first == " " else { return nil }
      rest = rest.drop { $0 == " " }
      let day = rest.prefix { $0.isNumber }
      rest = rest.dropFirst(day.count)
      if rest.first == "," { rest = rest.dropFirst() }
      guard rest.first == " " else { return nil }
      rest = rest.drop { $0 == " " }
      guard let d = digits(day, 1...2), let y = digits(rest, 4...4) else { return nil }
      return Written(
        numbers: [d, month, y], shape: [1, 1, 0], isNamed: true, yearFirst: false, hasCentury: true)
    }
    if let all = digits(text, 8...8) {
      return Written(
        numbers: [all / 10_000, all / 100 % 100, all % 100], shape: [0, 1, 1], isNamed: false,
        yearFirst: true, hasCentury: true)
    }
    guard let mark = text.first(where: { !$0.isNumber }), "-/. ".contains(mark) else { return nil }
    let parts = text.split(separator: mark, omittingEmptySubsequences: false)
    guard parts.count == 3, let first = digits(parts[0], 1...4), parts[0].count != 3 else {
      return nil
    }
    if let month = month(parts[1]) {
      guard parts[0].count <= 2, let year = digits(parts[2], 2...4), parts[2].count != 3 else {
        return nil
      }
      let century = parts[2].count == 4
      return Written(
        numbers: [first, month, year], shape: [1, century ? 1 : 0, 0], isNamed: true,
        yearFirst: false, hasCentury: century)
    }
    guard let second = digits(parts[1], 1...2), let third = digits(parts[2], 1...4),
      parts[2].count != 3, parts[0].count != 4 || parts[2].count <= 2
    else { return nil }
    let (yearFirst, yearLast) = (parts[0].count == 4, parts[2].count == 4)
    return Written(
      numbers: [first, second, third],
      shape: [
        Int(mark.asciiValue ?? 0), yearFirst || yearLast ? 1 : 0, yearFirst ? 1 : 0,
      ], isNamed: false, yearFirst: yearFirst, hasCentury: yearFirst || yearLast)
  }

  static func date(_ written: Written, _ order: CSVFormat.DateOrder) -> CalendarDate? {
    let n = written.numbers
    let (year, month, day): (Int, Int, Int)
    if written.isNamed {
      (year, month, day) = (n[2], n[1], n[0])
    } else if written.yearFirst {
      (year, month, day) = (n[0], n[1], n[2])
    } else {
      switch order {
      case .yearMonthDay:
        guard !written.hasCentury else { return nil }
        (year, month, day) = (n[0], n[1], n[2])
      case .monthDayYear: (year, month, day) = (n[2], n[0], n[1])
      case .dayMonthYear: (year, month, day) = (n[2], n[1], n[0])
      }
    }
    let full = written.hasCentury ? year : year < 69 ? 2000 + year : 1900 + year
    return CalendarDate(year: full, month: month, day: day)
  }

  // MARK: Numbers

  enum Number: Equatable {
    case value(UInt64, isPercent: Bool)
    case missing
  }

  static func number(_ content: [UInt8], _ decimal: CSVFormat.DecimalMark) -> Number? {
    let text = String(decoding: content, as: UTF8.self)
    let missing = [
      "", ".", "-", "--", "NA", "na", "N/A", "n/a", "#N/A", "#N/A N/A", "NaN", "nan", "null",
      "NULL",
      "None", "#NUM!", "#VALUE!", "#DIV/0!",
    ]
    if missing.contains(text), text.utf8.count == content.count { return .missing }
    let point: Character = decimal == .point ? "." : ","
    let group: Character = decimal == .point ? "," : "."
    var characters = Array(text.unicodeScalars).map { Character($0) }
    var isPercent = false
    if characters.last == "%" {
      isPercent = true
      characters.removeLast()
      while characters.last == " " { characters.removeLast() }
    }
    var sign = ""
    if let first = characters.first, "+-".contains(first) {
      sign = first == "-" ? "-" : ""
      characters.removeFirst()
    }
    // Plain: digits, perhaps a mark and digits, perhaps an exponent.
    if !isPercent, let plain = plain(characters, point) { return finite(sign + plain, false) }
    // Grouped by one mark in threes, or plain with a percent sign, without an exponent.
    let parts = characters.split(separator: point, maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count >= 1, parts.count == 1 || parts[1].allSatisfy(isDigit) else { return nil }
    let whole = Array(parts[0])
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    var digits = String(whole)
    if !whole.allSatisfy(isDigit) {
      let marks: [Character] = [group, "'", "\u{2019}", " ", "\u{A0}", "\u{202F}"]
      guard let mark = whole.first(where: { !isDigit($0) }), marks.contains(mark) else {
        return nil
      }
      let groups = whole.split(separator: mark, omittingEmptySubsequences: false)
      guard groups.count > 1, (1...3).contains(groups[0].count), groups[0].first != "0",
        groups.dropFirst().allSatisfy({ $0.count == 3 }),
        groups.allSatisfy({ $0.allSatisfy(isDigit) })
      else { return nil }
      digits = groups.map { String($0) }.joined()
    }
    guard !(digits + fraction).isEmpty else { return nil }
    return finite(
      sign + (digits.isEmpty ? "0" : digits) + "." + (fraction.isEmpty ? "0" : fraction)
        + (isPercent ? "e-2" : ""), isPercent)
  }

  private static func isDigit(_ character: Character) -> Bool { "0123456789".contains(character) }

  private static func plain(_ characters: [Character], _ point: Character) -> String? {
    var rest = characters[...]
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    var fraction: ArraySlice<Character> = []
    if rest.first == point {
      fraction = rest.dropFirst().prefix(while: isDigit)
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard whole.count + fraction.count > 0 else { return nil }
    var exponent = ""
    if rest.first == "e" || rest.first == "E" {
      rest = rest.dropFirst()
      if let sign = rest.first, "+-".contains(sign) {
        exponent = String(sign)
        rest = rest.dropFirst()
      }
      let digits = rest.prefix(while: isDigit)
      guard !digits.isEmpty else { return nil }
      rest = rest.dropFirst(digits.count)
      exponent = "e" + exponent + String(digits)
    }
    guard rest.isEmpty else { return nil }
    return (whole.isEmpty ? "0" : String(whole)) + "."
      + (fraction.isEmpty ? "0" : String(fraction)) + exponent
  }

  private static func finite(_ text: String, _ isPercent: Bool) -> Number? {
    guard let value = Double(text), value.isFinite else { return nil }
    return .value(value.bitPattern, isPercent: isPercent)
  }
}
