/// A date as it stands in a file, before the order of its numbers is decided.
///
/// Three numbers with the same separator (`-`, `/`, `.` or a blank) between them, eight digits
/// `YYYYMMDD`, or an English month name with day and year. A time of day may follow; it is not used.
struct WrittenDate {
  /// Everything that dates of one file have in common.
  struct Shape: Hashable {
    /// The byte between the numbers; 0 for eight digits, 1 for month names.
    let mark: UInt8
    /// Whether the year has four digits.
    let hasCentury: Bool
    /// Whether the year stands in front; of years without a century nobody knows.
    let yearFirst: Bool
  }

  let shape: Shape
  let hasTime: Bool
  private let numbers: (Int, Int, Int)

  /// The orders in which the numbers may be meant.
  var orders: [CSVFormat.DateOrder] {
    if shape.mark == 1 { return [.dayMonthYear] }
    if shape.yearFirst { return [.yearMonthDay] }
    return shape.hasCentury
      ? [.monthDayYear, .dayMonthYear] : [.monthDayYear, .dayMonthYear, .yearMonthDay]
  }

  /// The date under an order, or nil if there is none such.
  func date(_ order: CSVFormat.DateOrder) -> CalendarDate? {
    let (a, b, c) = numbers
    if shape.mark == 1 { return Self.date(year: c, month: b, day: a, shape) }
    if shape.yearFirst { return Self.date(year: a, month: b, day: c, shape) }
    switch order {
    case .yearMonthDay:
      return shape.hasCentury ? nil : Self.date(year: a, month: b, day: c, shape)
    case .monthDayYear: return Self.date(year: c, month: a, day: b, shape)
    case .dayMonthYear: return Self.date(year: c, month: b, day: a, shape)
    }
  }

  private static func date(year: Int, month: Int, day: Int, _ shape: Shape) -> CalendarDate? {
    let full = shape.hasCentury ? year : year + (year >= 69 ? 1900 : 2000)
    return CalendarDate(year: full, month: month, day: day)
  }

  /// Takes a cell apart; nil for what cannot be a date.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    var scanner = Scanner(bytes: bytes)
    if let name = scanner.monthName() {
      // Jan 2, 2020
      guard scanner.blanks(), let day = scanner.digits(1...2) else { return nil }
      if scanner.next == UInt8(ascii: ",") { scanner.position += 1 }
      guard scanner.blanks(), let year = scanner.digits(4...4) else { return nil }
      numbers = (day.value, name, year.value)
      shape = Shape(mark: 1, hasCentury: true, yearFirst: false)
    } else {
      guard let first = scanner.digits(1...8) else { return nil }
      if first.count == 8 {
        numbers = (first.value / 10_000, first.value / 100 % 100, first.value % 100)
        shape = Shape(mark: 0, hasCentury: true, yearFirst: true)
      } else {
        guard first.count <= 2 || first.count == 4, let mark = scanner.next,
          [0x2D, 0x2F, 0x2E, 0x20].contains(mark)
        else { return nil }
        scanner.position += 1
        if let name = scanner.monthName() {
          // 2-Jan-2020
          guard first.count <= 2, scanner.next == mark else { return nil }
          scanner.position += 1
          guard let year = scanner.digits(2...4), year.count != 3 else { return nil }
          numbers = (first.value, name, year.value)
          shape = Shape(mark: 1, hasCentury: year.count == 4, yearFirst: false)
        } else {
          guard let second = scanner.digits(1...2), scanner.next == mark else { return nil }
          scanner.position += 1
          guard let third = scanner.digits(1...4), third.count != 3,
            first.count != 4 || third.count <= 2
          else { return nil }
          numbers = (first.value, second.value, third.value)
          shape = Shape(
            mark: mark, hasCentury: first.count == 4 || third.count == 4,
            yearFirst: first.count == 4)
        }
      }
    }
    guard let hasTime = scanner.timeOfDay() else { return nil }
    self.hasTime = hasTime
  }

  /// Reads a cell from left to right.
  private struct Scanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// A whole run of digits, if its length is admitted.
    mutating func digits(_ lengths: ClosedRange<Int>) -> (value: Int, count: Int)? {
      var (value, count) = (0, 0)
      while let byte = next, byte >= 0x30, byte <= 0x39, count < 9 {
        value = value * 10 + Int(byte - 0x30)
        count += 1
        position += 1
      }
      return lengths.contains(count) ? (value, count) : nil
    }

    mutating func blanks() -> Bool {
      let start = position
      while next == 0x20 { position += 1 }
      return position > start
    }

    /// The number of an English month, by its first three letters or its whole name.
    mutating func monthName() -> Int? {
      var end = position
      while end < bytes.count, end - position < 10,
        (bytes[end] | 0x20) >= 0x61 && (bytes[end] | 0x20) <= 0x7A
      { end += 1 }
      guard end - position >= 3 else { return nil }
      let word = bytes[position..<end].map { $0 | 0x20 }
      for (index, name) in WrittenDate.months.enumerated()
      where word == name || word == Array(name.prefix(3)) {
        position = end
        return index + 1
      }
      return nil
    }

    /// Whether a time follows (`T` or a blank, hours, minutes, …); nil if anything else does.
    mutating func timeOfDay() -> Bool? {
      guard let mark = next else { return false }
      guard mark == 0x20 || mark == UInt8(ascii: "T") else { return nil }
      position += 1
      guard digits(2...2) != nil, next == UInt8(ascii: ":") else { return nil }
      position += 1
      guard digits(2...2) != nil else { return nil }
      while let byte = next {
        let isTime = (byte >= 0x30 && byte <= 0x3A) || [0x2B, 0x2D, 0x2E, 0x5A].contains(byte)
        guard isTime else { return nil }
        position += 1
      }
      return true
    }
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ].map { Array($0.utf8) }
}
