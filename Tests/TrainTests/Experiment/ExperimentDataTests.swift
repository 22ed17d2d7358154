import Autodiff
import Finance
import Foundation
import Testing

@testable import Train

@Suite struct ExperimentDataTests {
  private static let us = ExperimentTests.package + "/Experiments/Data/us/"

  private func settings(_ json: String) throws -> DataSettings {
    let document = try ConfigDocument(parsing: json, file: "d.json")
    return try document.decode { DataSettings($0) }.value
  }

  private func load(_ json: String, in folder: String, names: [String] = []) throws
    -> ExperimentData
  {
    try ExperimentData(
      try settings(json), indicatorNames: names, folder: folder, here: [], throughEnd: false)
  }

  private func write(_ files: [String: String]) throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    for (name, text) in files { try AtomicFile.write(text, to: directory.path + "/" + name) }
    return directory
  }

  @Test func severalFilesJoinAndEachIsInferred() throws {
    let folder = try write([
      "a.csv": "Date,A\n2020-01-02,100\n2020-01-03,101\n2020-01-06,102\n2020-01-07,103\n",
      "b.csv": "Datum;B\n02.01.2020;1,0 %\n03.01.2020;-2,0 %\n06.01.2020;0,5 %\n07.01.2020;0,1 %\n",
    ])
    let loaded = try load(
      "{\"prices\": [\"a.csv\", \"b.csv\"], \"assets\": [\"A\", \"B\"], \"csv\": {\"dates\": \"day-month-year\"}}",
      in: folder.path)
    #expect(loaded.files.map(\.key) == ["data.prices[0]", "data.prices[1]"])
    #expect(loaded.data.dates.count == 4)
    #expect(abs(loaded.data.returns[1, 1] - -0.02) < 1e-14)
    #expect(abs(loaded.data.returns[3, 1] - 0.001) < 1e-14)
    for sentence in [
      "Cells are separated by semicolons.", "Percent signs divide by 100: B.", "Taken as returns",
      "2 files are joined on 4 dates (calendar common)",
    ] {
      #expect(loaded.data.notes.contains { $0.contains(sentence) }, "\(sentence)")
    }
  }

  @Test func eachFileCanHaveItsOwnFormat() throws {
    let folder = try write([
      "a.csv": "Date,A\n01/02/2020,100\n01/03/2020,101\n",
      "b.csv": "Date,B\n02/01/2020,100\n03/01/2020,101\n",
    ])
    let json =
      "{\"prices\": [\"a.csv\", \"b.csv\"], \"assets\": [\"A\", \"B\"], "
      + "\"csv\": {\"dates\": \"month-day-year\"}, "
      + "\"formats\": {\"b.csv\": {\"dates\": \"day-month-year\"}}}"
    #expect(
      try load(json, in: folder.path).data.dates.map(\.description) == ["2020-01-02", "2020-01-03"])
    // Without a word: one message with file, line, value and the key that settles it.
    let error = #expect(throws: DataError.self) {
      try load("{\"prices\": \"a.csv\", \"assets\": [\"A\"]}", in: folder.path)
    }
    #expect(error?.description.contains("a.csv: line 2: '01/02/2020'") == true)
    #expect(error?.description.contains("data.csv.dates = \"month-day-year\"") == true)
  }

  @Test func yieldsBecomeABondThatCanBeHeld() throws {
    let json = """
      {"prices": ["prices.csv", "treasury_yields.csv"], "assets": ["SP500", "B10"],
       "bonds": {"B10": {"yield": "Y10Y", "maturity": 10, "shorter": "Y7Y", "shorterMaturity": 7}}}
      """
    let data = try load(json, in: Self.us).data
    #expect(data.dates.count == 6806)
    #expect(data.notes.contains { $0.contains("B10 is the total-return index of a par bond") })
    let prices = try CSVPanelReader.read(Self.us + "prices.csv")
    let golden = prices.values.column(try prices.index(of: "UST10Y"))
    let last = try #require(prices.dates.lastRow(onOrBefore: data.dates[data.dates.count - 1]))
    #expect(abs(data.prices[data.dates.count - 1, 1] / golden[last] - 1) < 2e-4)
    let missing = #expect(throws: ExperimentError.self) {
      try load(json.replacingOccurrences(of: "Y10Y", with: "Y11Y"), in: Self.us)
    }
    #expect(
      missing?.description
        == "data.bonds.B10.yield: no column 'Y11Y' in the price files; did you mean 'Y1Y'?")
  }

  @Test func monthlyIndicatorsWaitForTheirPublication() throws {
    let json = """
      {"prices": "prices.csv", "assets": ["SP500"], "start": "2000-01-03", "end": "2000-12-29",
       "indicators": ["core_cpi_monthly.csv", "moodys_yields_monthly.csv"],
       "indicatorLagDays": {"CPILFESL": 50, "BAA": 33}}
      """
    let data = try load(json, in: Self.us, names: ["CPILFESL", "BAA"]).data
    let panel = try CSVPanelReader.read(Self.us + "core_cpi_monthly.csv")
    let friday = try #require(CalendarDate("2000-05-19"))
    let row = try #require(data.dates.lastRow(onOrBefore: friday))
    // 2000-03-01 and 50 days is 2000-04-20; April's comes on 2000-05-21.
    let march = try #require(panel.dates.firstIndex { "\($0)" == "2000-03-01" })
    #expect(data.indicators[row, 0] == panel.values[march, 0])
    #expect(data.indicators[row + 1, 0] == panel.values[march + 1, 0])
  }

  @Test func weekendsAreSaidOrDropped() throws {
    let folder = try write([
      "a.csv": "Date,A\n2020-01-03,100\n2020-01-04,101\n2020-01-05,102\n2020-01-06,103\n"
    ])
    let kept = try load("{\"prices\": \"a.csv\", \"assets\": [\"A\"]}", in: folder.path).data
    #expect(kept.dates.count == 4)
    #expect(
      kept.notes == [
        "2 rows are on weekends and used like any other; data.weekends = \"drop\" leaves them out."
      ])
    let dropped = try load(
      "{\"prices\": \"a.csv\", \"assets\": [\"A\"], \"weekends\": \"drop\"}", in: folder.path
    ).data
    #expect(dropped.dates.count == 2)
    #expect(dropped.notes == ["2 rows on weekends are left out."])
  }

  @Test func aNegativePriceIsNamedWithItsLine() throws {
    let folder = try write([
      "a.csv": "Date,A\n2020-01-02,1\n2020-01-03,2\n",
      "b.csv":
        "Date,B\n2020-01-02,3\n2020-01-03,-37.63\n2020-01-06,3\n2020-01-07,3\n2020-01-08,3\n"
        + "2020-01-09,3\n2020-01-10,3\n2020-01-13,3\n2020-01-14,3\n2020-01-15,3\n2020-01-16,3\n",
    ])
    let error = #expect(throws: DataError.self) {
      try load("{\"prices\": [\"a.csv\", \"b.csv\"], \"assets\": [\"A\", \"B\"]}", in: folder.path)
    }
    #expect(
      error?.description.hasSuffix(
        "b.csv: line 3, column 'B': '-37.63' on 2020-01-03 is not a price; expected a positive number, "
          + "or an empty cell.") == true)
  }

  @Test func faultsOfTheConfigAreNamed() {
    func fault(_ json: String) -> String {
      do {
        _ = try settings(json)
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      fault("{\"prices\": [], \"assets\": [\"A\"]}").contains(
        "expected a file's name or an array of such"))
    #expect(
      fault("{\"prices\": \"a.csv\", \"assets\": [\"A\"], \"formats\": {\"b.csv\": {}}}").contains(
        "'b.csv' is none of the files"))
    #expect(
      fault(
        "{\"prices\": \"a.csv\", \"assets\": [\"A\"], \"bonds\": {\"X\": {\"yield\": \"Y\", \"maturity\": 5, \"shorter\": \"Z\"}}}"
      ).contains("expected both 'shorter' and 'shorterMaturity', or neither"))
    #expect(
      fault("{\"prices\": \"a.csv\", \"assets\": [\"A\"], \"csv\": {\"dates\": \"us\"}}").contains(
        "expected one of \"year-month-day\", \"month-day-year\", \"day-month-year\""))
  }

  @Test func theReportHoldsWhatWasFound() throws {
    let folder = try write([
      "a.csv": "Date,A\n2020-01-02,100\n2020-01-03,\n2020-01-06,102\n2020-01-07,103\n"
    ])
    let data = try load(
      "{\"prices\": \"a.csv\", \"assets\": [\"A\"], \"maximumGap\": 1}", in: folder.path
    ).data
    let json = data.reportJSON(notes: data.notes)
    #expect(json["rows"]?.int == 4)
    #expect(json["series"]?.elements?[0]["filled"]?.int == 1)
    #expect(
      json["notes"]?.elements?.map(\.string) == [
        "A: 1 missing price is filled with the last price before."
      ])
  }
}
