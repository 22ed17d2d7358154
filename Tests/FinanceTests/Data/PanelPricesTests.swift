import Finance
import Testing

@Suite struct PanelPricesTests {
  private func parse(_ cells: [String]) throws -> Panel {
    let dates = CalendarDate.weekdays(from: CalendarDate(days: 18_000), count: cells.count)
    let rows = zip(dates, cells).map { "\($0),\($1)\n" }.joined()
    return try CSVPanelReader.parse(Array(("Date,A\n" + rows).utf8), source: "x.csv")
  }

  private func fault(_ cells: [String], maximumGap: Int = 0) throws -> String? {
    let panel = try parse(cells)
    let error = #expect(throws: DataError.self) {
      try panel.validatePrices(["A"], maximumGap: maximumGap)
    }
    return error?.description
  }

  @Test func pricesMustBePositive() throws {
    #expect(
      try fault(["1", "0", "2"])
        == "x.csv: line 3, column 'A': '0.0' on 2019-04-16 is not a price; expected a positive "
        + "number, or an empty cell.")
    #expect(
      try fault(["1", "2", "-37.63"])
        == "x.csv: line 4, column 'A': '-37.63' on 2019-04-17 is not a price; expected a positive "
        + "number, or an empty cell.")
  }

  @Test func gapsInsideAreRefusedUnlessAllowed() throws {
    #expect(
      try fault(["1", "", "2"])
        == "x.csv: line 3, column 'A': the price of 2019-04-16 is missing; at most 0 in a row are "
        + "filled. Complete the file, allow a longer gap, or leave the column out.")
    #expect(
      try fault(["1", "", "", "2"], maximumGap: 1)
        == "x.csv: line 3, column 'A': the price of 2019-04-16 is missing and 1 more after it; at "
        + "most 1 in a row are filled. Complete the file, allow a longer gap, or leave the column "
        + "out.")
    try parse(["1", "", "", "2"]).validatePrices(["A"], maximumGap: 2)
  }

  @Test func missingPricesOutsideAnAssetsLifeAreNoGap() throws {
    try parse(["", "", "1", "2", ""]).validatePrices(["A"])
  }

  @Test func aColumnWithoutPricesIsRefused() throws {
    #expect(try fault(["", ""]) == "x.csv: column 'A': holds no price at all.")
  }
}
