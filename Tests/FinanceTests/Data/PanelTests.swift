import Finance
import Testing

/// A panel of weekdays with the given columns.
func makePanel(_ columns: [(String, [Double])], start: Int = 18_000) -> Panel {
  let rows = columns[0].1.count
  var values = Matrix(rows: rows, columns: columns.count)
  for (j, column) in columns.enumerated() {
    for row in 0..<rows { values[row, j] = column.1[row] }
  }
  return Panel(
    dates: CalendarDate.weekdays(from: CalendarDate(days: start), count: rows),
    columns: columns.map(\.0), values: values, source: "memory", firstLine: nil)
}

@Suite struct PanelTests {
  @Test func columnsAreFoundByName() throws {
    let panel = makePanel([("GOLD", [1, 2]), ("WTI", [3, 4])])
    #expect(try panel.index(of: "WTI") == 1)
    let near = #expect(throws: DataError.self) { try panel.index(of: "Glod") }
    #expect(
      near?.description == "memory: no column 'Glod'; did you mean 'GOLD'? Columns: GOLD, WTI.")
    let far = #expect(throws: DataError.self) { try panel.index(of: "EURUSD") }
    #expect(far?.description == "memory: no column 'EURUSD'. Columns: GOLD, WTI.")
  }

  @Test func unsortedDatesStopTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Panel(
        dates: [CalendarDate(days: 1), CalendarDate(days: 1)], columns: ["A"],
        values: Matrix(rows: 2, columns: 1), source: "memory")
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("Panel: 1970-01-02 follows 1970-01-02"))
  }
}
