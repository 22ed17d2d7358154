import Finance
import Testing

@testable import Train

@Suite struct PredictCommandTests {
  private func arguments(_ words: [String]) throws -> CommandLineArguments {
    guard case .run(let arguments) = try TrainProgram.program.parse(["predict", "runs/x"] + words)
    else { throw UsageError("not understood") }
    return arguments
  }

  private func text(_ words: [String], _ data: JSONValue) throws -> [String] {
    PredictCommand.overrides(try arguments(words), data).map {
      $0.keys.joined(separator: ".") + "=" + $0.value.text(.compact)
    }
  }

  /// Files take the place of the run's, one by one, and are written like them.
  @Test func filesReplaceThoseOfTheRunInTheirOrder() throws {
    let data: JSONValue = [
      "prices": ["a.csv", "b.csv"], "indicators": "i.csv",
      "formats": ["b.csv": ["decimal": "comma"], "i.csv": ["separator": "tab"]],
    ]
    #expect(try text([], data) == [])
    #expect(
      try text(["--prices", "x.csv", "--prices", "y.csv"], data) == [
        #"data.prices=["x.csv","y.csv"]"#,
        #"data.formats={"y.csv":{"decimal":"comma"},"i.csv":{"separator":"tab"}}"#,
      ])
    // A single file for both: what was said of the second file is said of none.
    #expect(
      try text(["--prices", "x.csv", "--indicators", "j.csv"], data) == [
        #"data.prices="x.csv""#, #"data.indicators="j.csv""#,
        #"data.formats={"j.csv":{"separator":"tab"}}"#,
      ])
    #expect(try text(["--prices", "x.csv"], ["prices": "a.csv"]) == [#"data.prices="x.csv""#])
  }

  /// A run on two files decides the same of two files, and of one that holds both.
  @Test func aRunOnTwoFilesPredictsFromTwo() throws {
    let run = try SmallRun(["data.prices=[\"prices-1.csv\",\"prices-2.csv\"]"])
    let folder = run.folder.path
    let data = try ConfigDocument(contentsOf: run.directory.config).root["data"]
    func weights(_ files: [String]) throws -> [Double] {
      let words = files.flatMap { ["--prices", "\(folder)/\($0)"] }
      let loaded = try LoadedExperiment(
        config: run.directory.config,
        overrides: try PredictCommand.overrides(arguments(words), data), folder: folder,
        here: ["prices"], throughEnd: true)
      return try Prediction(loaded.experiment, run: run.directory, data: loaded.data).weights
    }
    let two = try weights(["prices-1.csv", "prices-2.csv"])
    #expect(abs(two.reduce(0, +) - 1) < 1e-6)
    #expect(try weights(["prices.csv"]) == two)
    #expect(throws: (any Error).self) { try weights(["prices-1.csv"]) }
  }
}
