import Finance
import Foundation
import Testing

@Suite struct CSVPanelReaderTests {
  private func parse(_ text: String) throws -> Panel {
    try CSVPanelReader.parse(Array(text.utf8), source: "x.csv")
  }

  @Test func readsDatesNamesAndNumbers() throws {
    let panel = try parse("Date,A,B\n2020-01-02,1.5,-2e1\n2020-01-03,,3\n")
    #expect(panel.columns == ["A", "B"])
    #expect(panel.dates.map(\.description) == ["2020-01-02", "2020-01-03"])
    #expect(sameBits(panel.values.elements, [1.5, -20, .nan, 3]))
    #expect(panel.source == "x.csv")
    #expect(panel.firstLine == 2)
  }

  @Test(arguments: [
    "Date,A,B\r\n2020-01-02,1,2\r\n2020-01-03,3,4\r\n", "Date,A,B\n2020-01-02,1,2\n2020-01-03,3,4",
    "\u{FEFF}Date,A,B\n2020-01-02,1,2\n2020-01-03,3,4\n\n\n",
    ",A,B\n2020-01-02,1,2\n2020-01-03,3,4\r\n",
    "\"Date\",\"A\",\"B\"\n\"2020-01-02\",1,\"2\"\n\"2020-01-03\",\"3\",4\n",
    "Date, A ,B\n2020-01-02, 1,2 \n2020-01-03\t,\t3,+4\n",
  ])
  func everyUsualDialectReadsTheSame(_ text: String) throws {
    let panel = try parse(text)
    #expect(panel.columns == ["A", "B"])
    #expect(panel.dates.map(\.description) == ["2020-01-02", "2020-01-03"])
    #expect(panel.values.elements == [1, 2, 3, 4])
  }

  @Test func missingValuesAreNaN() throws {
    let panel = try parse("d,A,B,C,D,E,F\n2020-01-02,,NA,NaN,nan,., \n")
    #expect(panel.values.elements.count == 6)
    #expect(panel.values.elements.allSatisfy { $0.isNaN })
  }

  @Test func quotedNamesMayHoldCommasAndQuotes() throws {
    let panel = try parse("d,\"A, B\",\"say \"\"C\"\"\",D\"E\n2020-01-02,1,2,3\n")
    #expect(panel.columns == ["A, B", "say \"C\"", "D\"E"])
  }

  /// Every kind of fault, with its whole message.
  static let faults: [(text: String, message: String)] = [
    ("", "x.csv: is empty; expected a header line and rows of dates and numbers."),
    (" \r\n\n", "x.csv: is empty; expected a header line and rows of dates and numbers."),
    ("Date,A\n", "x.csv: holds a header but no rows."),
    ("Date,A\n2020-01-02,\u{0}1\n", "x.csv: is not a CSV file: it holds binary data."),
    ("Date,A\r2020-01-02,1\r", "x.csv: ends its lines with CR alone; save it with LF or CRLF."),
    (
      "hello\nworld\n",
      "x.csv: line 1: no comma, semicolon or tab; expected a date column and value columns."
    ),
    (
      "Date|A\n2020-01-02|1\n",
      "x.csv: line 1: no comma, semicolon or tab; expected a date column and value columns (they "
        + "seem to be separated by '|')."
    ),
    (
      "2020-01-02,1\n2020-01-03,2\n",
      "x.csv: line 1: '2020-01-02' starts the first line, which should hold column names; add a "
        + "header line."
    ),
    (
      "Date,,A\n2020-01-02,1,2\n",
      "x.csv: line 1: cell 2 of the header is empty; name the column."
    ),
    (
      "Date,A,\n2020-01-02,1,\n2020-01-03,1,7\n",
      "x.csv: line 3: '7' stands in column 3, which has no name; name the column."
    ),
    (
      "Date,A,B,A\n2020-01-02,1,2,3\n",
      "x.csv: line 1, column 'A': names cells 2 and 4 of the header; rename one."
    ),
    (
      "Date,A\u{1}\n2020-01-02,1\n",
      "x.csv: line 1: name 2 of the header is not plain UTF-8 text; expected a CSV file."
    ),
    (
      "Name,A\nalpha,1\n",
      "x.csv: line 2: 'alpha' is not a date; expected one such as 2020-01-31, 20200131, 31.01.2020, "
        + "01/31/2020 or 31-Jan-2020 in the first column, under a header line. Is it another column? "
        + "state it: data.csv.dateColumn = \"NAME\" in the config, --csv dateColumn=… on the command "
        + "line."
    ),
    (
      "Date,A\n2020-01-02,1\n01/03/2020,2\n",
      "x.csv: line 3: '01/03/2020' is written unlike '2020-01-02' on line 2; expected one way of "
        + "writing dates in a file."
    ),
    (
      "Date,A\n2020-01-02,1\n2020-02-30,2\n",
      "x.csv: line 3: '2020-02-30' is not a date of the calendar, read as year-month-day."
    ),
    (
      "Date,A\n13/01/2020,1\n01/14/2020,2\n",
      "x.csv: line 3: '01/14/2020' is not a date of the calendar, read as day-month-year. Dates are "
        + "day-month-year, settled by line 2, '13/01/2020'."
    ),
    (
      "Date,A\n01/02/03,1\n",
      "x.csv: line 2: '01/02/03' and every other date may be read as month-day-year or as "
        + "day-month-year or as year-month-day; state it: data.csv.dates = \"month-day-year\" or "
        + "\"day-month-year\" or \"year-month-day\" in the config, --csv dates=… on the command line."
    ),
    (
      "Date,A\n01/02/2020,1\n01/03/2020,1\n",
      "x.csv: line 2: '01/02/2020' and every other date may be read as month-day-year or as "
        + "day-month-year; state it: data.csv.dates = \"month-day-year\" or \"day-month-year\" in the "
        + "config, --csv dates=… on the command line."
    ),
    (
      "Date,A\n2020-01-02,1\n2020-01-02,2\n",
      "x.csv: line 3: '2020-01-02' occurs twice; keep one row per date."
    ),
    (
      "Date,A\n2020-01-03,1\n2020-01-04,2\n2020-01-02,2\n",
      "x.csv: line 4: '2020-01-02' follows 2020-01-04; sort the rows by date."
    ),
    (
      "Date,A,B\n2020-01-02,1\n",
      "x.csv: line 2: has 2 cells, but the header has 3; every row needs one cell per column."
    ),
    (
      "Date,A,B\n2020-01-02,1,2\n2020-01-03,1,\"2\",4\n",
      "x.csv: line 3: has 4 cells, but the header has 3; every row needs one cell per column."
    ),
    (
      "Date,A,B\n2020-01-02,1,12.3x\n",
      "x.csv: line 2, column 'B': '12.3x' is not a number; expected digits with a decimal point, or "
        + "an empty cell."
    ),
    (
      "Date;A\n2020-01-02;1,5\n2020-01-03;2.5\n",
      "x.csv: line 3, column 'A': '2.5' is not a number; expected digits with a decimal comma, or an "
        + "empty cell. Numbers have a decimal comma, settled by line 2, '1,5'."
    ),
    (
      "Date,A\n2020-01-02,\"1,234\"\n",
      "x.csv: line 2: '1,234' may be a number with grouped thousands or with a fraction, and so may "
        + "all others; state it: data.csv.decimal = \"point\" or \"comma\" in the config, --csv "
        + "decimal=… on the command line."
    ),
    (
      "Date,A\n2020-01-02,-inf\n",
      "x.csv: line 2, column 'A': '-inf' is infinite; expected a finite number, or an empty cell."
    ),
    (
      "Date,A\n2020-01-02,1e999\n",
      "x.csv: line 2, column 'A': '1e999' is infinite; expected a finite number, or an empty cell."
    ),
    (
      "Date,A\n2020-01-02,\"1\n2020-01-03,2\n",
      "x.csv: line 2: a quoted cell does not end with a quotation mark before the next "
        + "separator or line end."
    ),
    (
      "Date,A\n2020-01-02,1\n\n2020-01-03,2\n",
      "x.csv: line 3: is empty, but rows follow; remove the empty line."
    ),
    (
      "Date,A\n2020-01-02,1\nbroken,3\n2020-01-03,2\n",
      "x.csv: line 3: 'broken' is not a date; expected one written like '2020-01-02' on line 2."
    ),
    (
      "Date,A\n2020-01-02,1\n2020-1x-03,2\n",
      "x.csv: line 3: '2020-1x-03' is not a date; expected one written like '2020-01-02' on line 2."
    ),
    (
      "Date,A\n2020-01-02,1%\n2020-01-03,2\n",
      "x.csv: column 'A': has percent signs on 1 of 2 numbers; expected them on all or none."
    ),
    (
      "Date,Ticker,Open,Close\n2020-01-02,X,1,2\n2020-01-02,Y,1,2\n",
      "x.csv: line 1: which of Open, Close holds the numbers of this long table? state it: "
        + "data.csv.valueColumn = \"NAME\" in the config, --csv valueColumn=… on the command line."
    ),
    (
      "Date,Ticker,Close\n2020-01-02,X,1\n2020-01-03,X,2\n2020-01-02,X,3\n",
      "x.csv: line 4: '2020-01-02, X' occurs twice, first on line 2; keep one row per date and series."
    ),
  ]

  @Test(arguments: faults.indices)
  func faultsAreNamedWithTheirPlace(_ index: Int) {
    let (text, message) = Self.faults[index]
    let error = #expect(throws: DataError.self) { try parse(text) }
    #expect(error?.description == message)
  }

  @Test func errorsCarryTheirFields() {
    let error = #expect(throws: DataError.self) { try parse("Date,A\n2020-01-02,x\n") }
    #expect(error?.file == "x.csv")
    #expect(error?.line == 2)
    #expect(error?.column == "A")
    #expect(error?.value == "x")
  }

  @Test(
    arguments: [
      ([0xFF, 0xFE, 0x44, 0], "x.csv: is UTF-16 text; save it as UTF-8."),
      ([0x1F, 0x8B, 8, 0], "x.csv: is a compressed file; unpack it first."),
      ([0x50, 0x4B, 3, 4], "x.csv: is a compressed file; unpack it first."),
    ] as [([UInt8], String)])
  func otherFormatsAreRecognised(_ bytes: [UInt8], message: String) {
    let error = #expect(throws: DataError.self) {
      try CSVPanelReader.parse(bytes, source: "x.csv")
    }
    #expect(error?.description == message)
  }

  @Test func filesAreReadFromDisk() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "keel-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let path = folder.appendingPathComponent("a.csv").path
    try Data("Date,A\n2020-01-02,1\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try CSVPanelReader.read(path).values.elements == [1])

    let directory = #expect(throws: DataError.self) { try CSVPanelReader.read(folder.path) }
    #expect(directory?.description == "\(folder.path): is a directory; expected a CSV file.")
    let missing = #expect(throws: DataError.self) { try CSVPanelReader.read(path + "x") }
    #expect(missing?.description == "\(path)x: no such file; expected a CSV file.")
    let relative = #expect(throws: DataError.self) { try CSVPanelReader.read("no/such.csv") }
    let here = FileManager.default.currentDirectoryPath
    #expect(
      relative?.description
        == "no/such.csv: no such file in the working directory \(here); expected a CSV file.")
  }
}
