#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Where a date lies in the year, the week or the month, as a number in −1…1.
///
/// Circles are given by sine and cosine, so that the end of a year is close to its start.
public enum CalendarPosition: String, Sendable, Hashable, CaseIterable {
  /// `sin(2π (day of the year − 1) / 365.25)`.
  case yearSine
  /// The cosine of the same angle.
  case yearCosine
  /// `sin(2π (weekday − 1) / 7)`, Monday the first.
  case weekSine
  /// The cosine of the same angle.
  case weekCosine
  /// `2 (day − 1) / (days of the month − 1) − 1`: −1 on the first, 1 on the last.
  case month

  /// The number of a date.
  public func value(_ date: CalendarDate) -> Double {
    let (year, month, day) = date.components
    switch self {
    case .yearSine, .yearCosine:
      let start = CalendarDate(year: year, month: 1, day: 1)?.days ?? date.days
      let angle = 2 * Double.pi * Double(date.days - start) / 365.25
      return self == .yearSine ? sin(angle) : cos(angle)
    case .weekSine, .weekCosine:
      let angle = 2 * Double.pi * Double(date.weekday - 1) / 7
      return self == .weekSine ? sin(angle) : cos(angle)
    case .month:
      let next = CalendarDate(
        year: month == 12 ? year + 1 : year, month: month == 12 ? 1 : month + 1, day: 1)
      let length = (next?.days ?? date.days + 1) - (date.days - day + 1)
      return 2 * Double(day - 1) / Double(length - 1) - 1
    }
  }
}
