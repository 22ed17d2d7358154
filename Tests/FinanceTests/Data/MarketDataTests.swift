import Finance
import Testing

@Suite struct MarketDataTests {
  let dates = CalendarDate.weekdays(from: CalendarDate(days: 18_000), count: 3)

  @Test func returnsFollowFromPrices() {
    let data = MarketData(
      dates: dates, assets: ["A", "B"],
      prices: Matrix(rows: 3, columns: 2, elements: [100, 50, 110, 50, 99, 60]),
      cashLevels: [1, 1.01, 1.01])
    let expected: [Double] = [0, 0, 110 / 100 - 1, 0, 99 / 110 - 1, 60 / 50 - 1]
    #expect(data.returns.elements == expected)
    #expect(data.cashReturns == [0, 1.01 / 1 - 1, 0])
    #expect(data.firstReturnRow == 1)
    #expect(data.indicators.rows == 3 && data.indicators.columns == 0)
  }

  @Test func withoutCashTheRiskFreeReturnIsZero() {
    let data = MarketData(
      dates: dates, assets: ["A"], prices: Matrix(rows: 3, columns: 1, elements: [1, 2, 3]))
    #expect(data.cashReturns == [0, 0, 0])
    #expect(data.cashLevels == nil)
  }

  @Test func pricesThatAreNotPositiveStopTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = MarketData(
        dates: CalendarDate.weekdays(from: CalendarDate(days: 0), count: 2), assets: ["A"],
        prices: Matrix(rows: 2, columns: 1, elements: [1, -1]))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("MarketData: level -1.0 in row 1; expected > 0"))
  }
}
