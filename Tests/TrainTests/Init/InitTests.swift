import Autodiff
import Finance
import Foundation
import Testing

@testable import Train

@Suite struct InitTests {
  /// A random walk of three assets and cash, with a late starter, gaps and a column of rubbish.
  private func prices(rows: Int, step: Int, gap: Range<Int> = 0..<0) -> Panel {
    var generator = SplitMix64(seed: 31)
    let columns = ["A", "B", "C", "CASH", "LATE", "FLAT", "ENDED"]
    var values = Matrix(rows: rows, columns: columns.count)
    var level = [100.0, 50, 20]
    for row in 0..<rows {
      let z = generator.normals(3)
      for i in 0..<3 {
        level[i] *= 1 + 0.0003 + 0.01 * z[i]
        values[row, i] = gap.contains(row) && i == 1 ? .nan : level[i]
      }
      values[row, 3] = 100 + 0.01 * Double(row)
      values[row, 4] = row < rows / 2 ? .nan : level[0] * 2
      values[row, 5] = 7
      values[row, 6] = row > rows / 2 ? .nan : level[1]
    }
    let start = CalendarDate(days: 10_957)
    let dates =
      step == 1
      ? CalendarDate.weekdays(from: start, count: rows)
      : (0..<rows).map { start.advanced(by: $0 * step) }
    return Panel(dates: dates, columns: columns, values: values, source: "mine.csv")
  }

  private func write(_ panel: Panel, _ path: String) throws {
    var table = CSVWriter(columns: ["Date"] + panel.columns)
    for row in panel.dates.indices {
      table.append(day: panel.dates[row].days, Array(panel.values.row(row)))
    }
    try table.write(to: path)
  }

  @Test func columnsAreJudged() throws {
    let profile = try DataProfile(prices(rows: 1500, step: 1, gap: 700..<703))
    #expect(profile.frequency == .daily && profile.rowsPerYear == 252)
    #expect(profile.assets == ["A", "B", "C"] && profile.cash == "CASH")
    #expect(profile.maximumGap == 3)
    let reasons = Dictionary(
      uniqueKeysWithValues: profile.columns.map { ($0.name, $0.reason ?? "") })
    #expect(reasons["LATE"]?.hasPrefix("begins only on") == true)
    #expect(reasons["FLAT"] == "never changes")
    #expect(reasons["ENDED"]?.hasPrefix("ends on") == true)
  }

  @Test(arguments: [(900, 1), (700, 7), (260, 30), (3000, 1)])
  func theDraftRunsAsItStands(_ rows: Int, _ step: Int) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/keel-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let panel = prices(rows: rows, step: step, gap: 200..<202)
    try write(panel, folder + "/mine.csv")
    var generator = SplitMix64(seed: 5)
    let indicators = Panel(
      dates: panel.dates, columns: ["X", "GONE"],
      values: Matrix(
        rows: rows, columns: 2,
        elements: generator.normals(rows).flatMap { [$0, .nan] }), source: "macro.csv")
    try write(indicators, folder + "/macro.csv")
    let draft = try ConfigDraft(
      try DataProfile(panel), name: "mine", prices: "mine.csv", indicators: indicators,
      indicatorsPath: "macro.csv")
    try AtomicFile.write(draft.text, to: folder + "/mine.json")
    let loaded = try LoadedExperiment(config: folder + "/mine.json")
    let problem = try Problem(loaded.experiment, data: loaded.data)
    try problem.checkModel()
    #expect(problem.folds.count >= 2)
    #expect(loaded.experiment.features.indicatorNames == ["X"])
    #expect(draft.text.contains("// Left out, for they begin too late or end too early: GONE."))
    // It trains, too.
    let fold = problem.folds[0]
    #expect(fold.train.count >= 16 && fold.splits[0].validation.count >= 8)
  }

  /// What the command line settles stands in the config.
  @Test func theFilesFormatGoesIntoTheConfig() throws {
    let arguments = try TrainProgram.program.parse([
      "init", "p.csv", "--csv", "dates=day-month-year", "--csv", "headerLine=3", "--csv",
      "ignored=NOTE",
    ])
    guard case .run(let own) = arguments else {
      Issue.record("\(arguments)")
      return
    }
    let draft = try ConfigDraft(
      try DataProfile(prices(rows: 900, step: 1)), name: "x", prices: "p.csv",
      format: CSVOptions.format(own))
    let (experiment, _) = try ConfigDocument(parsing: draft.text, file: "draft").decode {
      Experiment($0)
    }
    #expect(experiment.data.csv.dates == .dayMonthYear && experiment.data.csv.headerLine == 3)
    #expect(experiment.data.csv.ignored == ["NOTE"])
  }

  /// What the command line says of a file is what a config then says of it, key by key.
  @Test func aFormatIsTheSameInAConfig() throws {
    let words = [
      "separator=tab", "decimal=comma", "dates=year-month-day", "layout=long", "headerLine=7",
      "dateColumn=D=1", "nameColumn=N", "valueColumn=V", "ignored=A", "ignored=B",
    ]
    let format = try self.format(words)
    #expect(format.dateColumn == "D=1" && format.ignored == ["A", "B"])
    let text = try #require(format.config).text()
    let (read, _) = try ConfigDocument(parsing: text, file: "csv").decode { CSVFormat($0) }
    #expect(read == format)
    #expect(CSVFormat().config == nil)
  }

  @Test(arguments: [
    (
      ["dates=day-month-year", "ignored=A", "dates=month-day-year"],
      "--csv dates=month-day-year: 'dates' is given twice; keep one of them"
    ),
    (["decimal=comma", "decimal=comma"], "'decimal' is given twice"),
    (["headerLine=3", "headerLine=three"], "'headerLine' is given twice"),
    (
      ["headerLine=three"],
      "--csv headerLine=three: expected the number of a line, from 1 to 1000000"
    ),
    (["headerLine=0"], "expected the number of a line"),
    (["headerLine=1000001"], "expected the number of a line"),
  ])
  func whatCannotBeMeantIsRefused(words: [String], message: String) {
    let error = #expect(throws: UsageError.self) { try format(words) }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(message), "\(text)")
  }

  private func format(_ words: [String]) throws -> CSVFormat {
    let arguments = try TrainProgram.program.parse(
      ["init", "p.csv"] + words.flatMap { ["--csv", $0] })
    guard case .run(let own) = arguments else { throw UsageError("not understood") }
    return try CSVOptions.format(own)
  }

  @Test func tooLittleIsRefused() throws {
    let short = prices(rows: 400, step: 1)
    let error = #expect(throws: DataError.self) {
      try ConfigDraft(try DataProfile(short), name: "x", prices: "x.csv")
    }
    #expect(error?.description.contains("is too short") == true)
    let one = Panel(
      dates: short.dates, columns: ["A"],
      values: Matrix(rows: 400, columns: 1, elements: short.values.column(0)), source: "one.csv")
    #expect(throws: DataError.self) { try DataProfile(one) }
  }

  @Test func namesCannotEndTheirComment() throws {
    let panel = prices(rows: 900, step: 1)
    let hostile = Panel(
      dates: panel.dates, columns: ["A", "B\n\"x\": 1", "C", "CASH", "L\"", "F", "E"],
      values: panel.values, source: "mine.csv")
    let draft = try ConfigDraft(try DataProfile(hostile), name: "q\"", prices: "mine.csv")
    let (experiment, _) = try ConfigDocument(parsing: draft.text, file: "draft").decode {
      Experiment($0)
    }
    #expect(experiment.data.assets == ["A", "B\n\"x\": 1", "C"] && experiment.name == "q\"")
  }

  @Test func anotherUnitIsNoticed() throws {
    let scaler = Standardizer(
      assetMeans: [], assetScales: [], marketMeans: [1], marketScales: [0.4], clip: 3)
    func data(_ factor: Double, rows: Int = 300) -> MarketData {
      var generator = SplitMix64(seed: 8)
      return MarketData.simulated(
        returns: Matrix(rows: rows, columns: 1), assets: ["A"], indicatorNames: ["SPREAD"],
        indicators: Matrix(
          rows: rows, columns: 1,
          elements: generator.normals(rows).map { factor * (1 + 0.4 * $0) }))
    }
    let features: [MarketFeature] = [.indicator("SPREAD")]
    try IndicatorScale.requireSimilar(scaler, features, data(1), source: "i.csv")
    for factor in [0.01, 100] {
      let error = #expect(throws: ExperimentError.self) {
        try IndicatorScale.requireSimilar(scaler, features, data(factor), source: "i.csv")
      }
      #expect(error?.description.hasPrefix("i.csv, column 'SPREAD': the last value is") == true)
    }
    // A short stretch may be calm.
    try IndicatorScale.requireSimilar(scaler, features, data(0.01, rows: 20), source: "i.csv")
  }
}
