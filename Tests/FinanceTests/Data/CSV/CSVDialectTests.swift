import Finance
import Testing

@Suite struct CSVDialectTests {
  private func parse(_ text: String, _ format: CSVFormat = CSVFormat()) throws -> Panel {
    try CSVPanelReader.parse(Array(text.utf8), source: "x.csv", format: format)
  }

  private func expectTheTable(_ panel: Panel) {
    #expect(panel.columns == ["A", "B"])
    #expect(panel.dates.map(\.description) == ["2020-01-13", "2020-01-14"])
    #expect(panel.values.elements == [1234.5, 2, 3, 4.25])
  }

  /// One table, as people write it, and what the reader says about it.
  static let dialects: [(text: String, notes: [String])] = [
    ("Date,A,B\n2020-01-13,1234.5,2\n2020-01-14,3,4.25\n", []),
    (
      "Date;A;B\n2020-01-13;1234,5;2\n2020-01-14;3;4,25\n",
      [
        "Cells are separated by semicolons.",
        "Numbers have a decimal comma, settled by line 2, '1234,5'.",
      ]
    ),
    (
      "Datum;A;B\r\n13.01.2020;1.234,5;2\r\n14.01.2020;3;4,25\r\n",
      [
        "Cells are separated by semicolons.",
        "Dates are day-month-year, settled by line 2, '13.01.2020'.",
        "Numbers have a decimal comma, settled by line 2, '1.234,5'.",
      ]
    ),
    (
      "Date\tA\tB\n20200113\t1,234.5\t2\n20200114\t3\t4.25\n",
      [
        "Cells are separated by tabs.",
        "Numbers have a decimal point, settled by line 2, '1,234.5'.",
      ]
    ),
    (
      "\u{FEFF}Date,A,B\n1/13/2020,\"1,234.5\",2\n1/14/2020,3,4.25",
      ["Dates are month-day-year, settled by line 2, '1/13/2020'."]
    ),
    (
      "Date,A,B\n01/13/20,1234.5,2\n01/14/20,3,4.25\n",
      [
        "Dates are month-day-year, settled by line 2, '01/13/20'.",
        "Years of two digits are 1969 to 2068.",
      ]
    ),
    ("Date,A,B\n13-Jan-2020,1234.5,2\n14-Jan-2020,3,4.25\n", []),
    ("Date,A,B\n\"January 13, 2020\",1234.5,2\n\"Jan 14, 2020\",3,4.25\n", []),
    (
      "Date,A,B\n2020-01-13 00:00:00-05:00,1234.5,2\n2020-01-14T16:00:00Z,3,4.25\n",
      ["The time of day in '2020-01-13 00:00:00-05:00' is not used."]
    ),
    (
      "Date,A,B\n2020-01-14,3,4.25\n2020-01-13,1234.5,2\n",
      ["Rows run from the newest date to the oldest."]
    ),
    (
      "Vendor export\nrun on 2021-02-03, at night\n\nDate,A,B\n2020-01-13,1234.5,2\n"
        + "2020-01-14,3,4.25\n\nSource: vendor, Inc.\nno warranty\n",
      [
        "The table begins on line 4; 2 lines before it are left out.",
        "2 lines after the rows are left out, from line 8: 'Source: vendor, Inc.'.",
      ]
    ),
    (
      "Date,A,B\n2020-01-13,123450%,200%\n2020-01-14,300 %,425%\n",
      ["Percent signs divide by 100: A, B."]
    ),
    (
      "Date,A,B,\n2020-01-13,1234.5,2,\n2020-01-14,3,4.25,\n",
      ["Trailing columns without name are empty."]
    ),
    (
      ",Date,A,B\n0,2020-01-13,1234.5,2\n1,2020-01-14,3,4.25\n",
      ["Dates are in column 2, 'Date'."]
    ),
    (
      "Date,Ticker,Close\n2020-01-13,A,1234.5\n2020-01-13,B,2\n2020-01-14,A,3\n2020-01-14,B,4.25\n",
      ["The table is long: series by 'Ticker', numbers in 'Close'."]
    ),
    (
      "id;day;x\nA;2020-01-14;3\nA;2020-01-13;1234,5\nB;2020-01-14;4,25\nB;2020-01-13;2\n",
      [
        "Cells are separated by semicolons.", "Dates are in column 2, 'day'.",
        "The table is long: series by 'id', numbers in 'x'.",
        "Numbers have a decimal comma, settled by line 3, '1234,5'.",
      ]
    ),
    (
      "Date;A;B\n2020-01-13;1'234.5;2\n2020-01-14;3;4.25\n",
      [
        "Cells are separated by semicolons.",
        "Numbers have a decimal point, settled by line 2, '1'234.5'.",
      ]
    ),
    (
      "Date;A;B\n2020-01-13;1\u{A0}234,5;2\n2020-01-14;3;4,25\n",
      [
        "Cells are separated by semicolons.",
        "Numbers have a decimal comma, settled by line 2, '1\u{A0}234,5'.",
      ]
    ),
  ]

  @Test(arguments: dialects.indices) func everyDialectReadsTheSameAndSaysSo(_ index: Int) throws {
    let (text, notes) = Self.dialects[index]
    let panel = try parse(text)
    expectTheTable(panel)
    #expect(panel.notes == notes)
  }

  @Test func theOrderOfRowsSettlesTheOrderOfDates() throws {
    // By day and month the dates rise; by month and day they would fall back.
    let panel = try parse("Date,A\n05/01/2020,1\n06/01/2020,2\n03/02/2020,3\n")
    #expect(panel.dates.map(\.description) == ["2020-01-05", "2020-01-06", "2020-02-03"])
    #expect(panel.notes == ["Dates are day-month-year, settled by the order of the rows."])
  }

  @Test func conventionsThatAreUsedAreSaid() throws {
    let points = try parse("Date,A\n01.02.2020,1\n02.02.2020,2\n")
    #expect(points.dates[0].description == "2020-02-01")
    #expect(
      points.notes == ["Dates are day-month-year, settled by the points between the numbers."])
    let semicolons = try parse("Date;A\n2020-01-02;1,234\n2020-01-03;2,345\n")
    #expect(semicolons.values.elements == [1.234, 2.345])
    #expect(
      semicolons.notes.last
        == "Numbers have a decimal comma, as is usual with semicolons (line 2, '1,234').")
  }

  @Test func whatIsStatedIsNotGuessed() throws {
    let dates = try parse("Date,A\n01/02/03,1\n", CSVFormat(dates: .yearMonthDay))
    #expect(dates.dates[0].description == "2001-02-03")
    let thousands = try parse("Date;A\n2020-01-02;1.234\n", CSVFormat(decimal: .comma))
    #expect(thousands.values.elements == [1234])
    let fractions = try parse("Date;A\n2020-01-02;1.234\n", CSVFormat(decimal: .point))
    #expect(fractions.values.elements == [1.234])
    let header = try parse(
      "Date,X\n2020-01-01,9\nDate,A\n2020-01-02,1\n", CSVFormat(headerLine: 3))
    #expect(header.columns == ["A"] && header.values.elements == [1])
    let long = try parse(
      "Date,id,Open,Close\n2020-01-02,1,5,6\n2020-01-02,2,7,8\n",
      CSVFormat(nameColumn: "id", valueColumn: "Close"))
    #expect(long.columns == ["1", "2"] && long.values.elements == [6, 8])
    let ignored = try parse("Date,Note,A\n2020-01-02,a b,1\n", CSVFormat(ignored: ["Note"]))
    #expect(ignored.columns == ["A"])
    #expect(ignored.notes == ["Not read: Note."])
    let column = try parse(
      "Trade,Settle,A\n2020-01-02,2020-01-06,1\n",
      CSVFormat(dateColumn: "Settle", ignored: ["Trade"]))
    #expect(column.dates[0].description == "2020-01-06")
  }

  @Test func linesAreThoseOfTheFileWhateverTheOrder() throws {
    let panel = try parse("Date,A\n2020-01-06,-1\n2020-01-03,2\n2020-01-02,3\n")
    let error = #expect(throws: DataError.self) { try panel.validatePrices(["A"]) }
    #expect(error?.line == 2)
  }

  @Test func seriesAreNamedByTextNotByBytes() throws {
    // An accent as one scalar, and as a letter with a combining mark.
    let panel = try parse(
      "Date,Ticker,Close\n2020-01-02,\u{E9},1\n2020-01-03,e\u{301},2\n2020-01-03,x,3\n")
    #expect(panel.columns.count == 2 && panel.columns[1] == "x")
    #expect(panel.values.column(0) == [1, 2])
    let latin = Array("Date,Ticker,Close\n2020-01-02,A".utf8) + [0xE9] + Array(",1\n".utf8)
    let error = #expect(throws: DataError.self) {
      try CSVPanelReader.parse(latin, source: "x.csv")
    }
    #expect(
      error?.description
        == "x.csv: line 2, column 'Ticker': 'A\u{FFFD}' is not plain UTF-8 text; save the file as "
        + "UTF-8.")
  }

  @Test func aLongTableHasThreeColumns() {
    let error = #expect(throws: DataError.self) {
      try parse(
        "Date,id,Close\n2020-01-02,1,6\n", CSVFormat(nameColumn: "id", valueColumn: "id"))
    }
    #expect(
      error?.description
        == "x.csv: line 1: dates, names ('id') and numbers ('id') of a long table are three columns; "
        + "state others by nameColumn and valueColumn.")
  }

  @Test func secondsAndOffsetsAreTimesAndOtherTailsAreNot() {
    for text in [
      "2020-01-02 1", "2020-01-02 noon", "2020-01-02T1:00", "2020-01-02x", "2020-1", "20-1-2-3",
    ] {
      #expect(throws: DataError.self, "\(text)") { try parse("Date,A\n\(text),1\n") }
    }
  }

  @Test func groupsMustBeOfThree() {
    for text in ["1,23", "12,34.5", "1,2345.6", "0,123.4", "1,,234.5", ",123.4", "1,234,56.7"] {
      #expect(throws: DataError.self, "\(text)") {
        try parse("Date\tA\n2020-01-02\t\(text)\n", CSVFormat(decimal: .point))
      }
    }
  }

  @Test func theEmbeddedFilesNeedNoGuess() throws {
    for name in [
      "prices", "indicators", "etf_prices", "sp500_20_stocks", "sp500_index", "factor_etfs",
      "treasury_yields", "vix", "wti_spot", "gold_pm_fix", "moodys_yields_monthly",
      "core_cpi_monthly", "french_monthly_returns",
    ] {
      #expect(try CSVPanelReader.read(EmbeddedData.folder + name + ".csv").notes == [], "\(name)")
    }
  }
}
