/// A day of the proleptic Gregorian calendar, without time or time zone.
///
/// Prices carry dates, not instants; days since 1970-01-01 in one integer make comparing, joining
/// and subtracting them exact and fast.
///
/// - Source: conversions after Hinnant (2013), *chrono-Compatible Low-Level Date Algorithms*.
public struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Days since 1970-01-01; negative before.
  public let days: Int

  /// The date a number of days after 1970-01-01.
  public init(days: Int) { self.days = days }

  /// The date of a year, a month 1...12 and a day of that month, or nil if there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, in: year) else {
      return nil
    }
    // Years begin in March here, so that the leap day is a year's last.
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    days = era * 146_097 + dayOfEra - 719_468
  }

  /// Parses ISO 8601's `YYYY-MM-DD` and nothing else: no spaces, signs, times or short forms.
  public init?(_ text: String) {
    var copy = text
    let parsed = copy.withUTF8 { Self(bytes: $0) }
    guard let parsed else { return nil }
    self = parsed
  }

  /// Parses the ten bytes of `YYYY-MM-DD`.
  package init?(bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else {
      return nil
    }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for index in range {
        let digit = bytes[index] &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        value = value * 10 + Int(digit)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else {
      return nil
    }
    self.init(year: year, month: month, day: day)
  }

  /// Year, month 1...12 and day of the month.
  public var components: (year: Int, month: Int, day: Int) {
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153  // months since March
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// The year; year 0 precedes year 1.
  public var year: Int { components.year }

  /// The month, 1...12.
  public var month: Int { components.month }

  /// The day of the month, 1...31.
  public var day: Int { components.day }

  /// The day of the week, 1 = Monday … 7 = Sunday (ISO 8601).
  public var weekday: Int {
    let remainder = (days + 3) % 7  // 1970-01-01 was a Thursday
    return (remainder < 0 ? remainder + 7 : remainder) + 1
  }

  /// The date a number of days later, or earlier if negative.
  public func advanced(by days: Int) -> CalendarDate { CalendarDate(days: self.days + days) }

  /// `count` successive days from Monday to Friday, the first on or after `start`: a calendar for
  /// simulated data.
  public static func weekdays(from start: CalendarDate, count: Int) -> [CalendarDate] {
    var dates: [CalendarDate] = []
    dates.reserveCapacity(count)
    var date = start
    while dates.count < count {
      if date.weekday <= 5 { dates.append(date) }
      date = date.advanced(by: 1)
    }
    return dates
  }

  /// `YYYY-MM-DD`.
  public var description: String {
    let (year, month, day) = components
    return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
  }

  /// Whether one date comes before another.
  public static func < (lhs: CalendarDate, rhs: CalendarDate) -> Bool { lhs.days < rhs.days }

  private static func length(ofMonth month: Int, in year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(abs(number))
    let zeros = String(repeating: "0", count: max(0, width - digits.count))
    return (number < 0 ? "-" : "") + zeros + digits
  }
}
