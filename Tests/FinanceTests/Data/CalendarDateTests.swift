import Finance
import Testing

@Suite struct CalendarDateTests {
  @Test(arguments: [
    ("1970-01-01", 0, 4), ("1969-12-31", -1, 3), ("2000-02-29", 11_016, 2),
    ("2017-03-29", 17_254, 3),
    ("1600-12-31", -134_775, 7), ("0000-03-01", -719_468, 3), ("9999-12-31", 2_932_896, 5),
  ])
  func knownDaysAndWeekdays(_ text: String, days: Int, weekday: Int) throws {
    let date = try #require(CalendarDate(text))
    #expect(date.days == days)
    #expect(date.weekday == weekday)
    #expect(date.description == text)
  }

  @Test func everyDayOfEightCenturiesSucceedsThePreviousOne() throws {
    var expected = (year: 1599, month: 12, day: 31)
    let start = try #require(CalendarDate(year: 1599, month: 12, day: 31))
    for offset in 0..<292_200 {
      let date = start.advanced(by: offset)
      let (year, month, day) = date.components
      guard (year, month, day) == expected else {
        Issue.record("\(date) is not \(expected)")
        return
      }
      guard CalendarDate(year: year, month: month, day: day) == date else {
        Issue.record("\(date) does not come back from its components")
        return
      }
      let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      expected.day += 1
      if expected.day > lengths[month - 1] { expected = (year, month + 1, 1) }
      if expected.month > 12 { expected = (year + 1, 1, 1) }
    }
  }

  @Test(arguments: [
    "", "2020", "2020-1-01", "2020-01-1", "20-01-01", "2020/01/01", "2020-13-01", "2020-00-10",
    "2020-02-30", "2019-02-29", "1900-02-29", "2020-04-31", "2020-01-00", "2020-01-01 ",
    " 2020-01-01", "2020-01-01T00:00:00", "+020-01-01", "2020-01-0a", "２０２０-01-01",
  ])
  func whatIsNotAnIsoDateIsRefused(_ text: String) {
    #expect(CalendarDate(text) == nil)
  }

  @Test func weekdaysSkipWeekends() throws {
    let saturday = try #require(CalendarDate("2020-02-29"))
    let dates = CalendarDate.weekdays(from: saturday, count: 6)
    #expect(dates.map(\.weekday) == [1, 2, 3, 4, 5, 1])
    #expect(dates.first?.description == "2020-03-02")
  }

  @Test func datesOrderByTime() throws {
    let dates = try ["1999-12-31", "2000-01-01", "2000-01-02"].map {
      try #require(CalendarDate($0))
    }
    #expect(dates == dates.reversed().sorted())
    #expect((dates[1].year, dates[1].month, dates[1].day) == (2000, 1, 1))
  }
}
