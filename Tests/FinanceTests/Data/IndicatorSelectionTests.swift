import Autodiff
import Finance
import Testing

@Suite struct IndicatorSelectionTests {
  let prices = makePanel([("A", [1, 2, 3, 4, 5])], start: 18_001)  // Monday to Friday

  /// Published on Sunday (before the first row), Tuesday and Thursday; one cell empty.
  private func indicators() -> Panel {
    Panel(
      dates: [18_000, 18_002, 18_004].map(CalendarDate.init(days:)), columns: ["X", "Y"],
      values: Matrix(rows: 3, columns: 2, elements: [1, .nan, .nan, 20, 3, 30]), source: "i.csv")
  }

  private func data(lag: Int, from start: CalendarDate? = nil) throws -> MarketData {
    try MarketData(
      prices: prices, assets: ["A"], indicators: IndicatorSelection(panel: indicators(), lag: lag),
      from: start)
  }

  @Test func eachRowHoldsTheLastValuePublishedByItsDate() throws {
    let data = try data(lag: 0)
    #expect(sameBits(data.indicators.column(0), [1, 1, 1, 3, 3]))
    #expect(sameBits(data.indicators.column(1), [.nan, 20, 20, 30, 30]))
    #expect(data.notes == ["Indicator Y is unknown before 2019-04-16 (row 1)."])
  }

  @Test func aLagDelaysByRowsOfTheCalendar() throws {
    let data = try data(lag: 2)
    #expect(sameBits(data.indicators.column(0), [.nan, .nan, 1, 1, 1]))
    #expect(sameBits(data.indicators.column(1), [.nan, .nan, .nan, 20, 20]))
  }

  @Test func aLagInDaysDelaysSingleColumns() throws {
    let selection = IndicatorSelection(panel: indicators(), lagDays: ["X": 2])
    let data = try MarketData(prices: prices, assets: ["A"], indicators: selection)
    // X: dated 18000, 18002 (missing) and 18004, so published on 18002 and 18006.
    #expect(sameBits(data.indicators.column(0), [.nan, 1, 1, 1, 1]))
    #expect(sameBits(data.indicators.column(1), [.nan, 20, 20, 30, 30]))
    #expect(throws: DataError.self) {
      try MarketData(
        prices: prices, assets: ["A"],
        indicators: IndicatorSelection(panel: indicators(), lagDays: ["Z": 2]))
    }
    #expect(throws: DataError.self) {
      try MarketData(
        prices: prices, assets: ["A"],
        indicators: IndicatorSelection(panel: indicators(), lagDays: ["X": -1]))
    }
  }

  @Test func rowsBeforeThePeriodCountForTheLag() throws {
    let whole = try data(lag: 2)
    let part = try data(lag: 2, from: prices.dates[3])
    #expect(sameBits(part.indicators.elements, whole.indicators.elements.dropFirst(6)))
  }

  @Test func columnsAreChosenByName() throws {
    let selection = IndicatorSelection(panel: indicators(), columns: ["Y"])
    let data = try MarketData(prices: prices, assets: ["A"], indicators: selection)
    #expect(data.indicatorNames == ["Y"])
    #expect(data.indicators.columns == 1)
  }

  @Test func impossibleSelectionsAreRefused() {
    func fault(_ selection: IndicatorSelection) -> String? {
      let error = #expect(throws: DataError.self) {
        try MarketData(prices: prices, assets: ["A"], indicators: selection)
      }
      return error?.description
    }
    #expect(
      fault(IndicatorSelection(panel: indicators(), columns: ["Z"]))
        == "i.csv: no column 'Z'. Columns: X, Y.")
    #expect(
      fault(IndicatorSelection(panel: indicators(), columns: ["X", "X"]))
        == "i.csv: indicator 'X' is chosen twice; once is enough.")
    #expect(
      fault(IndicatorSelection(panel: indicators(), lag: -1))
        == "i.csv: indicator lag -1 would use what is not yet published; expected 0 or more rows.")
  }

  @Test func staleAndEmptyIndicatorsAreNoted() throws {
    let old = Panel(
      dates: [CalendarDate(days: 17_900), CalendarDate(days: 18_100)], columns: ["OLD", "LATE"],
      values: Matrix(rows: 2, columns: 2, elements: [1, .nan, .nan, 2]), source: "i.csv")
    let data = try MarketData(
      prices: prices, assets: ["A"], indicators: IndicatorSelection(panel: old))
    #expect(
      data.notes == [
        "Indicator OLD was last published on 2019-01-04 and keeps that value until 2019-04-19.",
        "Indicator LATE has no value in the whole period.",
      ])
  }

  /// The join must not look ahead: a panel with another future gives the same past.
  @Test(arguments: [0, 1, 3]) func theFutureOfThePanelDoesNotReachThePast(lag: Int) throws {
    let panel = try EmbeddedData.indicators()
    let prices = try EmbeddedData.prices()
    let cut = try #require(CalendarDate("2008-09-12"))
    var corrupted = panel.values
    var generator = SplitMix64(seed: 1)
    for row in 0..<panel.dates.count where panel.dates[row] > cut {
      for column in 0..<panel.columns.count { corrupted[row, column] = generator.uniform() * 1000 }
    }
    let other = Panel(
      dates: panel.dates, columns: panel.columns, values: corrupted, source: panel.source)
    let (first, second) = (
      try MarketData(
        prices: prices, assets: ["SP500"], indicators: IndicatorSelection(panel: panel, lag: lag)),
      try MarketData(
        prices: prices, assets: ["SP500"], indicators: IndicatorSelection(panel: other, lag: lag))
    )
    let last = try #require(first.dates.lastRow(onOrBefore: cut)) + lag
    let known = (last + 1) * panel.columns.count
    #expect(
      sameBits(first.indicators.elements.prefix(known), second.indicators.elements.prefix(known)))
    // Negative control: the row after does see the change.
    #expect(!sameBits(first.indicators.row(last + 1), second.indicators.row(last + 1)))
  }
}
