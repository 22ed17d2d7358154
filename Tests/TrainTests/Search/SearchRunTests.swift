import Finance
import Foundation
import Testing

@testable import Train

@Suite struct SearchRunTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// The small experiment with its data in files; after the first test, the data are as `changed` has them.
  private func config(_ space: String, changed: Bool = false) throws -> String {
    let data = SmallExperiment.data
    let test = CalendarDate(year: 2001, month: 6, day: 1)
    var prices = "Date,A,B,C,CASH\n"
    var indicators = "Date,X\n"
    for (row, date) in data.dates.enumerated() {
      let factor = changed && date >= (test ?? date) ? 1 + 0.1 * Double(row % 7) : 1
      let own = (0..<3).map { "\(data.prices[row, $0] * factor)" }
      prices += "\(date),\(own.joined(separator: ",")),\(data.cashLevels?[row] ?? 1)\n"
      indicators += "\(date),\(data.indicators[row, 0] * factor)\n"
    }
    let name = changed ? "changed" : "sound"
    try AtomicFile.write(prices, to: "\(folder.path)/\(name)-prices.csv")
    try AtomicFile.write(indicators, to: "\(folder.path)/\(name)-indicators.csv")
    var document = try ConfigDocument(parsing: SmallExperiment.config, file: "small.json")
    try document.apply(ConfigOverride(parsing: "data.prices=\(name)-prices.csv"))
    try document.apply(ConfigOverride(parsing: "data.indicators=\(name)-indicators.csv"))
    try document.apply(ConfigOverride(parsing: "search.space=\(space)"))
    for text in ["trials=10", "batch=5", "firstRung=1", "reduction=2"] {
      try document.apply(ConfigOverride(parsing: "search.\(text)"))
    }
    let path = "\(folder.path)/\(name).json"
    try AtomicFile.write(document.root.text(), to: path)
    return path
  }

  private static let space = """
    {"training.learningRate": {"log": [1e-4, 0.1]}, "objective.priorPenalty": {"uniform": [0, 1]}, \
    "covariance.window": {"choice": [30, 40, 5000]}}
    """

  private func search(_ config: String, _ name: String) throws -> SearchRun {
    try SearchRun(planning: config, overrides: [], output: "\(folder.path)/\(name)")
  }

  private func trials(_ search: SearchRun) throws -> String {
    try folder.text(
      String(search.directory.path.dropFirst(folder.path.count + 1)) + "/trials.jsonl")
  }

  private func run(_ search: SearchRun, threads: Int = 1, shard: Shard = .whole) throws {
    let runner = Runner(directory: search.directory, threads: threads)
    try search.write(try search.run(runner, shard: shard))
  }

  @Test func theSearchIsTheSameForAnyThreadsWorkersAndInterruptions() throws {
    let path = try config(Self.space)
    let one = try search(path, "one")
    try run(one)
    let lines = try trials(one)
    #expect(lines.split(separator: "\n").count == 10)

    let threads = try search(path, "threads")
    try run(threads, threads: 3)
    #expect(try trials(threads) == lines)

    // Two workers, each with its share; each sees the whole end.
    let shared = try search(path, "shared")
    let errors = concurrently(2) { index in
      let runner = Runner(directory: shared.directory, threads: 1)
      try shared.write(try shared.run(runner, shard: Shard(index: index + 1, count: 2)))
    }
    #expect(errors == [])
    #expect(try trials(shared) == lines)

    // Stopped after its first trials, then gone on with.
    let stopped = try search(path, "stopped")
    let stop = StopRequest()
    var runner = Runner(directory: stopped.directory, threads: 1)
    runner.stop = stop
    #expect(throws: Interruption.self) {
      try stopped.run(runner) { _ in stop.request() }
    }
    #expect(try trials(stopped).split(separator: "\n").count == 5)
    try run(try SearchRun(opening: stopped.directory.path))
    #expect(try trials(stopped) == lines)

    // The window that no data are long enough for failed, and nothing else did.
    let failures = lines.split(separator: "\n").filter { $0.contains("\"failure\":\"") }
    #expect(failures.allSatisfy { $0.contains("\"covariance.window\":5000") })
    #expect(lines.split(separator: "\n").filter { $0.contains(":5000") } == failures)
    #expect(!failures.isEmpty)

    // What comes of it: a table, a picture, an experiment that says how many were tried.
    let best = try LoadedExperiment(config: one.directory.file("best.json"))
    #expect(best.experiment.report.trials == 10)
    #expect(best.experiment.data.end == nil)
    let picture = Markup(
      try String(contentsOfFile: one.directory.file("search.svg"), encoding: .utf8))
    #expect(
      picture.all("circle").count == 3
        * lines.split(separator: "\n").filter { !$0.contains("\"failure\":\"") }.count)
  }

  /// Several files, each with a format of its own: the best config reads them from wherever it is.
  @Test func theBestConfigFindsItsFiles() throws {
    let path = try config(#"{"training.learningRate": {"log": [1e-4, 0.1]}}"#)
    let own = try folder.text("sound-prices.csv").split(separator: "\n").map { line in
      let cells = line.split(separator: ",")
      return (String(cells[0]), cells[1..<4].joined(separator: ";"), String(cells[4]))
    }
    try AtomicFile.write(
      own.map { "\($0.0);\($0.1)" }.joined(separator: "\n") + "\n", to: "\(folder.path)/assets.csv")
    try AtomicFile.write(
      own.map { "\($0.0),\($0.2)" }.joined(separator: "\n") + "\n", to: "\(folder.path)/cash.csv")
    var document = try ConfigDocument(contentsOf: path)
    for text in [
      "data.prices=[\"assets.csv\",\"cash.csv\"]",
      "data.formats={\"assets.csv\": {\"separator\": \"semicolon\"}}", "search.trials=2",
      "search.batch=2",
    ] {
      try document.apply(ConfigOverride(parsing: text))
    }
    try AtomicFile.write(document.root.text(), to: path)
    let search = try search(path, "two")
    try run(search)
    let best = try LoadedExperiment(config: search.directory.file("best.json"))
    #expect(best.experiment.data.prices.map { $0.hasPrefix("/") } == [true, true])
    #expect(best.data.assets == ["A", "B", "C"])
  }

  /// A search looks for a fractional order in fewer rows than a run: its best config gives the order that
  /// was found, whether the search's own features or a trial's choice asked for it.
  @Test(arguments: [
    (
      "features.asset=[\"momentum(21)\",\"fractionalDifference(adf,20)\"]",
      #"{"training.learningRate": {"log": [1e-4, 0.1]}}"#
    ),
    (
      "features.asset=[\"momentum(21)\"]",
      """
      {"features.asset": {"choice": [["volatility(21)", "fractionalDifference(adf,20)"], \
      ["momentum(21)", "fractionalDifference(adf,20)"]]}}
      """
    ),
  ])
  func theBestConfigGivesTheOrderThatWasFound(features: String, space: String) throws {
    let path = try config(space)
    var document = try ConfigDocument(contentsOf: path)
    for text in [features, "search.trials=2", "search.batch=2", "training.epochs=1"] {
      try document.apply(ConfigOverride(parsing: text))
    }
    try AtomicFile.write(document.root.text(), to: path)
    let search = try search(path, "two")
    try run(search)
    let asked = try SmallExperiment.experiment([
      "features.asset=[\"fractionalDifference(adf,20)\"]"
    ])
    let blocks = search.experiment.search.folds
    #expect(blocks == 2)
    let found = try asked.resolvingFractionalOrders(search.loaded.data, heldOutBlocks: blocks)
    let best = try LoadedExperiment(config: search.directory.file("best.json"))
    #expect(best.experiment.features.asset.last == found.experiment.features.asset[0])
    let text = try ConfigDocument(contentsOf: search.directory.file("best.json")).root
    #expect(
      text["features"]?["asset"]?.elements?.last?.string
        == found.experiment.features.asset[0].description)
  }

  @Test func nothingFromTheFirstTestOnIsRead() throws {
    let space = #"{"training.learningRate": {"log": [1e-4, 0.1]}}"#
    let sound = try search(try config(space), "a")
    let changed = try search(try config(space, changed: true), "b")
    #expect(sound.provenance.data[0].sha256 != changed.provenance.data[0].sha256)
    try run(sound)
    try run(changed)
    #expect(try trials(sound) == trials(changed))
    let last = sound.loaded.data.dates.last
    #expect(last.map { $0 < (sound.experiment.folds.firstTest ?? $0) } == true)
  }

  @Test(arguments: [
    ("{}", "search.space is empty"),
    (#"{"training.learningRat": {"log": [1e-4, 0.1]}}"#, "did you mean 'learningRate'?"),
    (#"{"training.learningRate": {"log": [0, 0.1]}}"#, "two numbers above 0"),
    (#"{"training.learningRate": {"log": [1e-4, 7]}}"#, "value is 7"),
    (#"{"training.learningRate": {"range": [1, 2]}}"#, "unknown key 'range'"),
    (#"{"data.maximumGap": {"integer": [1, 2]}}"#, "judged on the same data"),
    (#"{"objective.cdar": {"uniform": [0, 1]}}"#, "changes the loss"),
    (
      #"{"training.validation": {"choice": ["sharpe", "cvar"]}}"#,
      "the measure that trials are judged by"
    ),
    (
      #"{"training.momentum": {"uniform": [0, 0.9], "when": {"training.optimizer": "sgd"}}}"#,
      "depends on 'training.optimizer', which does not stand before it"
    ),
  ])
  func faultsOfTheSpaceAreNamed(space: String, message: String) throws {
    let path = try config(space)
    var text = ""
    do { _ = try search(path, "x") } catch { text = "\(error)" }
    #expect(text.contains(message), "\(text)")
    #expect(try !folder.names().contains("x"))
  }
}
