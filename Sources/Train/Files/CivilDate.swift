/// A day of the proleptic Gregorian calendar, for axes and tables.
///
/// - Source: Hinnant (2013), *chrono-Compatible Low-Level Date Algorithms*, `civil_from_days` and
///   `days_from_civil`.
package struct CivilDate: Sendable, Equatable {
  /// The year.
  package let year: Int
  /// The month, 1 to 12.
  package let month: Int
  /// The day of the month, 1 to 31.
  package let dayOfMonth: Int

  /// A date from its parts, which must exist in the calendar.
  package init(year: Int, month: Int, dayOfMonth: Int) {
    self.year = year
    self.month = month
    self.dayOfMonth = dayOfMonth
  }

  /// The date so many days after 1970-01-01.
  package init(day: Int) {
    let shifted = day + 719_468  // days since 0000-03-01
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01.
  package var day: Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The date as `2024-12-31`.
  package var text: String {
    let (y, m, d) = (String(year), String(month), String(dayOfMonth))
    return String(repeating: "0", count: max(0, 4 - y.count)) + y
      + (m.count == 1 ? "-0" : "-") + m + (d.count == 1 ? "-0" : "-") + d
  }
}
