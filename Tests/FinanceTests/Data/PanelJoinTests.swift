import Autodiff
import Finance
import Testing

@Suite struct PanelJoinTests {
  private func panel(_ source: String, _ rows: [(String, Double)], _ column: String) throws -> Panel
  {
    try CSVPanelReader.parse(
      Array(("Date,\(column)\n" + rows.map { "\($0.0),\($0.1)\n" }.joined()).utf8), source: source)
  }

  private func panels() throws -> [Panel] {
    [
      try panel("a/us.csv", [("2020-01-02", 1), ("2020-01-03", 2), ("2020-01-06", 3)], "A"),
      try panel("b/eu.csv", [("2020-01-01", 4), ("2020-01-03", 5), ("2020-01-06", 6)], "B"),
    ]
  }

  @Test(arguments: [
    (Panel.Calendar.common, ["2020-01-03", "2020-01-06"], [2.0, 5, 3, 6]),
    (
      .all, ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-06"],
      [.nan, 4, 1, .nan, 2, 5, 3, 6]
    ),
    (.first, ["2020-01-02", "2020-01-03", "2020-01-06"], [1, .nan, 2, 5, 3, 6]),
  ])
  func calendarsJoinByTheStatedRule(calendar: Panel.Calendar, dates: [String], values: [Double])
    throws
  {
    let joined = try Panel.joined(try panels(), on: calendar)
    #expect(joined.columns == ["A", "B"])
    #expect(joined.dates.map(\.description) == dates)
    #expect(sameBits(joined.values.elements, values))
    #expect(
      joined.notes.last
        == "2 files are joined on \(dates.count) dates (calendar \(calendar.rawValue)): a/us.csv has "
        + "3, b/eu.csv has 3.")
  }

  @Test func sharedNamesBearTheirFile() throws {
    let (a, b) = (
      try panel("x/spy.csv", [("2020-01-02", 1)], "Close"),
      try panel("x/tlt.csv", [("2020-01-02", 2)], "Close")
    )
    let joined = try Panel.joined([a, b], on: .common)
    #expect(joined.columns == ["spy.Close", "tlt.Close"])
    let same = #expect(throws: DataError.self) {
      try Panel.joined([a, try panel("y/spy.csv", [("2020-01-02", 2)], "Close")], on: .common)
    }
    #expect(
      same?.description
        == "x/spy.csv, y/spy.csv: column 'spy.Close': occurs in two files of the same name; rename a "
        + "file or a column.")
  }

  @Test func filesWithoutACommonDateAreRefused() throws {
    let (a, b) = (
      try panel("a.csv", [("2020-01-02", 1)], "A"), try panel("b.csv", [("2021-01-04", 2)], "B")
    )
    let error = #expect(throws: DataError.self) { try Panel.joined([a, b], on: .common) }
    #expect(
      error?.description
        == "a.csv, b.csv: have no date in common: a.csv 2020-01-02 to 2020-01-02, b.csv 2021-01-04 to "
        + "2021-01-04; expected files of one period, or calendar \"all\".")
  }

  @Test func weekendRowsCanBeDropped() throws {
    let panel = try panel(
      "w.csv", [("2020-01-03", 1), ("2020-01-04", 2), ("2020-01-05", 3), ("2020-01-06", 4)], "A")
    let week = panel.withoutWeekends()
    #expect(week.dates.map(\.description) == ["2020-01-03", "2020-01-06"])
    #expect(week.values.elements == [1, 4])
    #expect(week.notes == ["2 rows on weekends are left out."])
  }
}
