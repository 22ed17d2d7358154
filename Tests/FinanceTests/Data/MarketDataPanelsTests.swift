import Finance
import Testing

@Suite struct MarketDataPanelsTests {
  let panel = makePanel([
    ("A", [.nan, 10, 11, 12, 13, 14]), ("B", [5, .nan, 6, 7, 8, 9]), ("C", [1, 1, 1, .nan, 1, 1]),
    ("CASH", [1, 1, 2, 4, 8, 16]), ("D", [1, 2, 3, 4, .nan, .nan]),
    ("E", [1, 2, .nan, .nan, .nan, .nan]),
  ])

  private func fault(_ body: () throws -> MarketData) -> String? {
    let error = #expect(throws: DataError.self) { _ = try body() }
    return error?.description
  }

  @Test func theCalendarStartsWithTheFirstCompleteRow() throws {
    let data = try MarketData(prices: panel, assets: ["B", "A"], cash: "CASH")
    #expect(data.dates == Array(panel.dates[2...]))
    #expect(data.assets == ["B", "A"])
    #expect(data.prices.elements == [6, 11, 7, 12, 8, 13, 9, 14])
    #expect(data.cashReturns == [0, 1, 1, 1])
    #expect(
      data.notes == [
        "The first 2 rows (2019-04-15 to 2019-04-16) are left out: until then there is no price for "
          + "B."
      ])
    #expect(data.leftOut == data.notes[0])
    #expect(data.adding(notes: ["More."]).leftOut == data.notes[0])
  }

  @Test func startAndEndLimitTheCalendar() throws {
    let data = try MarketData(
      prices: panel, assets: ["B"], from: panel.dates[3], through: panel.dates[4])
    #expect(data.dates == Array(panel.dates[3...4]))
    #expect(data.notes.isEmpty)
  }

  @Test func gapsAreFilledOnlyAsFarAsAllowed() throws {
    #expect(
      fault { try MarketData(prices: panel, assets: ["C", "A"]) }
        == "memory: column 'C': the price of 2019-04-18 is missing; at most 0 in a row are filled. "
        + "Complete the file, allow a longer gap, or leave the column out.")
    let data = try MarketData(
      prices: panel, assets: ["C", "A"], cleaning: CleaningRules(maximumGap: 1))
    #expect(data.prices.column(0) == [1, 1, 1, 1, 1])
    #expect(data.notes.last == "C: 1 missing price is filled with the last price before.")
    #expect(
      fault { try MarketData(prices: panel, assets: ["D"], cleaning: CleaningRules(maximumGap: 1)) }
        == "memory: column 'D': the price of 2019-04-19 is missing, and so are all after it; end the "
        + "period earlier, or leave the column out.")
  }

  @Test func requestsThatCannotBeMetSayWhy() {
    #expect(
      fault { try MarketData(prices: panel, assets: []) }
        == "memory: no assets are chosen; name at least one of A, B, C, CASH, D, E.")
    #expect(
      fault { try MarketData(prices: panel, assets: ["A", "B", "A"]) }
        == "memory: column 'A': is chosen twice as an asset; once is enough.")
    #expect(
      fault { try MarketData(prices: panel, assets: ["A", "CASH"], cash: "CASH") }
        == "memory: column 'CASH': is both an asset and cash; choose one.")
    #expect(
      fault { try MarketData(prices: panel, assets: ["a1"]) }
        == "memory: no column 'a1'; did you mean 'A'? Columns: A, B, C, CASH, D, E.")
    #expect(
      fault { try MarketData(prices: panel, assets: ["A"], from: CalendarDate(days: 30_000)) }
        == "memory: has no row from 2052-02-20; it covers 2019-04-15 to 2019-04-22.")
    #expect(
      fault { try MarketData(prices: panel, assets: ["A", "E"], from: panel.dates[2]) }
        == "memory: no row has a price for every asset; prices exist: A 2019-04-17 to 2019-04-22, "
        + "E never.")
    #expect(
      fault {
        try MarketData(
          prices: panel, assets: ["A"], from: panel.dates[0], through: panel.dates[1])
      }
        == "memory: has only 1 row with a price for each of A in the period; at least 2 are needed."
    )
  }

  @Test func pricesOutsideThePeriodAreNotJudged() throws {
    let bad = makePanel([("A", [-1, 1, 2, 3])])
    #expect(throws: DataError.self) { try MarketData(prices: bad, assets: ["A"]) }
    #expect(
      try MarketData(prices: bad, assets: ["A"], from: bad.dates[1]).prices.elements == [1, 2, 3])
  }
}
