import Testing

@testable import Train

@Suite struct CivilDateTests {
  @Test(arguments: [
    (0, "1970-01-01"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (19_782, "2024-02-29"),
    (20_088, "2024-12-31"), (-719_468, "0000-03-01"), (-25_509, "1900-02-28"),
    (-25_508, "1900-03-01"),
  ])
  func knownDays(day: Int, text: String) {
    #expect(CivilDate(day: day).text == text)
    #expect(CivilDate(day: day).day == day)
  }

  @Test func everyDayOfFourCenturiesFollowsTheOneBefore() {
    var last = CivilDate(day: -200_000)
    for day in -199_999..<(-200_000 + 146_097) {
      let date = CivilDate(day: day)
      #expect(date.day == day)
      let isNext =
        date.year == last.year && date.month == last.month
        && date.dayOfMonth == last.dayOfMonth + 1
        || date.dayOfMonth == 1 && (date.month - last.month + 12) % 12 == 1
      if !isNext { Issue.record("\(last.text) is followed by \(date.text)") }
      last = date
    }
  }
}
