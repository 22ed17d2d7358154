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
      "x.csv: line 1: no comma in the header; expected a date column and value columns, separated "
        + "by commas."
    ),
    (
      "Date;A\n2020-01-02;1,5\n",
      "x.csv: line 1: no comma in the header; expected a date column and value columns, separated "
        + "by commas (they seem to be separated by ';')."
    ),
    (
      "2020-01-02,1\n2020-01-03,2\n",
      "x.csv: line 1: '2020-01-02' starts the first line, which should hold column names; add a "
        + "header line."
    ),
    ("Date,A,\n2020-01-02,1,\n", "x.csv: line 1: cell 3 of the header is empty; name the column."),
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
      "x.csv: line 2: 'alpha' is not a date; expected YYYY-MM-DD in the first column."
    ),
    (
      "Date,A\n2020-01-02,1\n01/03/2020,2\n",
      "x.csv: line 3: '01/03/2020' is not a date; expected YYYY-MM-DD in the first column."
    ),
    (
      "Date,A\n2020-01-02,1\n2020-01-02,2\n",
      "x.csv: line 3: '2020-01-02' occurs twice; keep one row per date."
    ),
    (
      "Date,A\n2020-01-03,1\n2020-01-02,2\n",
      "x.csv: line 3: '2020-01-02' follows 2020-01-03; sort the rows by ascending date."
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
      "Date,A\n2020-01-02,\"1,234.5\"\n",
      "x.csv: line 2, column 'A': '1,234.5' is not a number; expected digits with a decimal point, "
        + "or an empty cell."
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
      "x.csv: line 2, column 'A': a quoted cell does not end with a quotation mark before the next "
        + "comma or line end."
    ),
    (
      "Date,A\n2020-01-02,1\n\n2020-01-03,2\n",
      "x.csv: line 3: is empty, but rows follow; remove the empty line."
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
