import Finance
import Testing

@Suite struct RebalancingScheduleTests {
  static let dates = CalendarDate.weekdays(
    from: CalendarDate(year: 2019, month: 12, day: 23) ?? CalendarDate(days: 0), count: 300)

  /// Day by day with calendar components, on weekdays without holidays.
  @Test(arguments: [RebalancingSchedule.weekly, .monthly, .quarterly, .yearly])
  func aPeriodBeginsOnItsFirstRow(schedule: RebalancingSchedule) {
    func begins(_ date: CalendarDate) -> Bool {
      // Of weekdays without holidays the first of a month is its 1st, or a Monday by the 3rd.
      let monthBegins = date.day <= 3 && (date.day == 1 || date.weekday == 1)
      return switch schedule {
      case .every: false
      case .weekly: date.weekday == 1
      case .monthly: monthBegins
      case .quarterly: monthBegins && date.month % 3 == 1
      case .yearly: monthBegins && date.month == 1
      }
    }
    let rows = schedule.rows(in: 3..<290, of: Self.dates)
    #expect(rows == [3] + (4..<290).filter { begins(Self.dates[$0]) })
  }

  @Test func everySoManyRowsStartAtTheFirst() {
    #expect(RebalancingSchedule.every(7).rows(in: 3..<30, of: Self.dates) == [3, 10, 17, 24])
    #expect(RebalancingSchedule.every(7).rows(in: 3..<3, of: Self.dates) == [])
  }

  /// A row decides by what came before it: cutting the calendar short changes nothing.
  @Test func schedulesDoNotLookAhead() {
    for schedule in [RebalancingSchedule.weekly, .monthly, .quarterly, .yearly, .every(5)] {
      let all = schedule.rows(in: 2..<300, of: Self.dates)
      for end in [10, 50, 133] {
        #expect(
          schedule.rows(in: 2..<end, of: Array(Self.dates[..<end])) == all.filter { $0 < end })
      }
    }
  }
}
