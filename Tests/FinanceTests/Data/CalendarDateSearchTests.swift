import Finance
import Testing

@Suite struct CalendarDateSearchTests {
  let dates = [10, 12, 15, 20].map(CalendarDate.init(days:))

  @Test func rowsBetweenDatesAgreeWithAScan() {
    for start in 8...22 {
      for end in 8...22 {
        let (from, through) = (CalendarDate(days: start), CalendarDate(days: end))
        let rows = dates.rows(from: from, through: through)
        #expect(Array(rows) == dates.indices.filter { dates[$0] >= from && dates[$0] <= through })
      }
    }
    #expect(dates.rows(from: nil, through: nil) == 0..<4)
    #expect([CalendarDate]().rows(from: dates[0], through: nil).isEmpty)
  }

  @Test func lastRowOnOrBefore() {
    #expect(dates.lastRow(onOrBefore: CalendarDate(days: 9)) == nil)
    #expect(dates.lastRow(onOrBefore: CalendarDate(days: 12)) == 1)
    #expect(dates.lastRow(onOrBefore: CalendarDate(days: 14)) == 1)
    #expect(dates.lastRow(onOrBefore: CalendarDate(days: 99)) == 3)
  }
}
