internal import Autodiff

/// On which rows of a calendar a portfolio is decided.
///
/// Calendar schedules decide on the first row of each period: whether a row is the first of its month
/// is known on the row itself, whether it is the last only later.
public enum RebalancingSchedule: Sendable, Hashable {
  /// Every so many rows.
  case every(Int)
  /// The first row of each week; weeks begin on Monday.
  case weekly
  /// The first row of each month.
  case monthly
  /// The first row of each quarter.
  case quarterly
  /// The first row of each year.
  case yearly

  /// The deciding rows of a range: its first row, then those of the schedule.
  public func rows(in range: Range<Int>, of dates: [CalendarDate]) -> [Int] {
    check(
      range.lowerBound >= 0 && range.upperBound <= dates.count,
      "RebalancingSchedule: rows \(range) of \(dates.count)")
    return range.filter {
      $0 == range.lowerBound || decides(at: $0, of: dates, since: range.lowerBound)
    }
  }

  /// Whether a later row than `start`, the first that decided, decides by the calendar.
  func decides(at row: Int, of dates: [CalendarDate], since start: Int) -> Bool {
    if case .every(let step) = self {
      check(step >= 1, "RebalancingSchedule: every \(step) rows")
      return (row - start) % step == 0
    }
    return period(dates[row]) != period(dates[row - 1])
  }

  /// The number of a date's period.
  private func period(_ date: CalendarDate) -> Int {
    switch self {
    case .every: date.days
    // Day 0 was a Thursday: weeks that begin on Monday begin 3 days before multiples of 7.
    case .weekly: Int((Double(date.days + 3) / 7).rounded(.down))
    case .monthly: date.year * 12 + date.month
    case .quarterly: date.year * 4 + (date.month - 1) / 3
    case .yearly: date.year
    }
  }
}
