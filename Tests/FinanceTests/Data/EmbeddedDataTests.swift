import Finance
import Testing

@Suite struct EmbeddedDataTests {
  @Test func pricesAreWhatTheReadmeSays() throws {
    let panel = try EmbeddedData.prices()
    #expect(panel.dates.count == 6865)
    #expect(
      panel.columns == ["SP500", "UST2Y", "UST5Y", "UST10Y", "UST20Y", "GOLD", "WTI", "CASH"])
    #expect(panel.dates.first?.description == "1990-01-02")
    #expect(panel.dates.last?.description == "2017-03-29")
    #expect(panel.values[0, 0] == 359.69)
    #expect(panel.values[6864, 7] == 214.875)
    let twenty = try panel.index(of: "UST20Y")
    let firstTwenty = try #require((0..<6865).first { !panel.values[$0, twenty].isNaN })
    #expect(panel.dates[firstTwenty].description == "1993-10-01")
    try panel.validatePrices(panel.columns)
  }

  @Test func indicatorsAreWhatTheReadmeSays() throws {
    let panel = try EmbeddedData.indicators()
    #expect(panel.dates.count == 7307)
    #expect(panel.columns.count == 14)
    #expect(panel.dates.last?.description == "2018-12-31")
    let vix = try panel.index(of: "VIX")
    let firstVIX = try #require((0..<7307).first { !panel.values[$0, vix].isNaN })
    #expect(panel.dates[firstVIX].description == "2014-01-03")
  }

  @Test func theTwoFilesJoinIntoMarketData() throws {
    let data = try EmbeddedData.fourAssets()
    #expect(data.dates.count == 6865)
    // Oil fell by a third on the first day of the Gulf War, and gold with it: no split.
    #expect(!data.notes.contains { $0.contains("split") })
    #expect(data.notes.contains("Indicator VIX is unknown before 2014-01-03 (row 6050)."))
    #expect(
      data.notes.contains { $0 == "Indicator BAA_10Y is unknown before 1990-02-02 (row 23)." })
    #expect(data.cashReturns[0] == 0)
    #expect(abs(data.cashReturns[1] - 0.000206) < 1e-12)
  }

  @Test func anAssetThatStartsLateShortensTheCalendarAndSaysSo() throws {
    let data = try MarketData(prices: EmbeddedData.prices(), assets: ["SP500", "UST20Y"])
    #expect(data.dates[0].description == "1993-10-01")
    #expect(data.dates.count == 6865 - 949)
    #expect(
      data.notes == [
        "The first 949 rows (1990-01-02 to 1993-09-30) are left out: until then there is no price "
          + "for UST20Y."
      ])
  }
}
