import Finance
import Testing

@testable import Train

@Suite struct RowFrequencyTests {
  /// Dates so many days apart, from 2000 on.
  private func dates(every days: Int, count: Int) throws -> [CalendarDate] {
    let first = try #require(CalendarDate("2000-01-03"))
    return (0..<count).map { CalendarDate(days: first.days + $0 * days) }
  }

  @Test func monthlyRowsUnderADailyConfigAreRefusedWithTheRemedy() throws {
    let frequency = try #require(RowFrequency(try dates(every: 30, count: 60)))
    #expect(abs(frequency.observed - 365.25 / 30) < 1e-9)
    #expect(throws: ExperimentError.self) { try frequency.notes(rowsPerYear: 252) }
    do {
      _ = try frequency.notes(rowsPerYear: 252)
    } catch let error as ExperimentError {
      #expect(
        "\(error)"
          == "data.rowsPerYear is 252, but the rows of 2000-01-03 to 2004-11-07 are 12 a year; "
          + "expected about that many: set it to 12")
    }
    #expect(try frequency.notes(rowsPerYear: 12) == [])
    // A run that was made before can still be read.
    #expect(try frequency.notes(rowsPerYear: 252, ofRun: true).count == 1)
  }

  @Test func dailyRowsOfEveryDayAreNoted() throws {
    let frequency = try #require(RowFrequency(try dates(every: 1, count: 800)))
    #expect(
      try frequency.notes(rowsPerYear: 252) == [
        "data.rowsPerYear is 252, but the rows of 2000-01-03 to 2002-03-12 are 365 a year; "
          + "is it meant to be 365?"
      ])
    #expect(try frequency.notes(rowsPerYear: 365) == [])
  }

  @Test func weeksAndLessThanAYear() throws {
    let weekly = try #require(RowFrequency(try dates(every: 7, count: 200)))
    #expect(weekly.suggestion == 52)
    #expect(try weekly.notes(rowsPerYear: 52) == [])
    #expect(throws: ExperimentError.self) { try weekly.notes(rowsPerYear: 252) }
    #expect(RowFrequency(try dates(every: 1, count: 300)) == nil)
    #expect(RowFrequency([]) == nil)
  }
}
