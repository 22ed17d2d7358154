internal import Finance

/// The horizontal scale of a chart over time, with ticks at years, months or days.
struct DateScale {
  let firstDay: Int
  let lastDay: Int
  let ticks: [(day: Int, label: String)]

  /// Ticks that leave room for their labels also on a phone.
  static let maximumTicks = 8

  init(firstDay: Int, lastDay: Int) {
    self.firstDay = firstDay
    self.lastDay = max(lastDay, firstDay + 1)
    let span = self.lastDay - firstDay
    if span > 900 {
      ticks = Self.years(firstDay, self.lastDay)
    } else if span > 60 {
      ticks = Self.months(firstDay, self.lastDay)
    } else {
      let step = max(1, (span + Self.maximumTicks - 1) / Self.maximumTicks)
      ticks = stride(from: firstDay, through: self.lastDay, by: step).map { day in
        let date = CalendarDate(days: day)
        return (day, "\(date.day) \(Self.monthNames[date.month - 1])")
      }
    }
  }

  /// Where a day lies between the left (0) and the right (1).
  func position(_ day: Int) -> Double {
    Double(day - firstDay) / Double(lastDay - firstDay)
  }

  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func years(_ first: Int, _ last: Int) -> [(day: Int, label: String)] {
    let years = CalendarDate(days: first).year...CalendarDate(days: last).year
    let step = [1, 2, 5, 10, 20, 50, 100].first { years.count / $0 < maximumTicks } ?? 200
    return years.filter { $0 % step == 0 }.compactMap { year in
      CalendarDate(year: year, month: 1, day: 1).map { ($0.days, String(year)) }
    }.filter { $0.0 >= first && $0.0 <= last }
  }

  private static func months(_ first: Int, _ last: Int) -> [(day: Int, label: String)] {
    let (start, end) = (CalendarDate(days: first), CalendarDate(days: last))
    let months = start.year * 12 + start.month - 1...end.year * 12 + end.month - 1
    let step = [1, 2, 3, 6].first { months.count / $0 < maximumTicks } ?? 12
    return months.filter { $0 % 12 % step == 0 }.compactMap { month in
      CalendarDate(year: month / 12, month: month % 12 + 1, day: 1).map {
        ($0.days, $0.month == 1 ? String($0.year) : monthNames[$0.month - 1])
      }
    }.filter { $0.0 >= first && $0.0 <= last }
  }
}
