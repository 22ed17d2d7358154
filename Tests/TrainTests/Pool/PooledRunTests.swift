import Autodiff
import Finance
import Foundation
import Testing

@testable import Train

/// A run with a pool, from files to reports and predictions.
@Suite struct PooledRunTests {
  /// A folder with the small experiment and its pooled universe, both in files.
  private func files(_ data: MarketData = PooledExperiment.data) throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    for (data, names) in [
      (SmallExperiment.data, ("prices.csv", "indicators.csv")),
      (data, ("other.csv", "signals.csv")),
    ] {
      var prices = CSVWriter(
        columns: ["Date"] + data.assets + (data.cashLevels == nil ? [] : ["CASH"]))
      var indicators = CSVWriter(columns: ["Date"] + data.indicatorNames)
      for (row, date) in data.dates.enumerated() {
        prices.append(
          day: date.days,
          Array(data.prices.row(row)) + (data.cashLevels.map { [$0[row]] } ?? []))
        indicators.append(day: date.days, Array(data.indicators.row(row)))
      }
      try prices.write(to: "\(folder.path)/\(names.0)")
      try indicators.write(to: "\(folder.path)/\(names.1)")
    }
    try AtomicFile.write(SmallExperiment.config, to: folder.path + "/small.json")
    return folder
  }

  private static let overrides = [
    "data.prices=prices.csv", "data.indicators=indicators.csv", "training.keep=last",
    PooledExperiment.other,
  ]

  private func plan(_ folder: TemporaryDirectory, _ overrides: [String] = []) throws
    -> RunDirectory
  {
    try PlannedRun(
      planning: folder.path + "/small.json",
      overrides: try (Self.overrides + overrides).map { try ConfigOverride(parsing: $0) },
      output: folder.path + "/run"
    ).directory
  }

  private func finish(_ directory: RunDirectory) throws {
    try RunCommand.finish(
      try PlannedRun(opening: directory.path), threads: 1, Console(.quiet, results: .none))
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try FileBytes.read(path), as: UTF8.self)
  }

  @Test func aPooledRunIsReadBackAndExplained() throws {
    let folder = try files()
    let directory = try plan(folder)
    try finish(directory)
    let provenance = try Provenance(contentsOf: directory.provenance)
    #expect(
      provenance.data.map(\.key) == [
        "data.prices", "data.indicators", "training.pool[0].data.prices",
        "training.pool[0].data.indicators",
      ])
    let stored = try StoredJSON(contentsOf: directory.file("data.json")).root
    #expect(stored["pool"]?["other"]?["rows"] == 640)

    let finished = try FinishedRun(directory.path)
    let weights = try CSVPanelReader.read(directory.file("weights.csv"))
    #expect(weights.columns == ["A", "B", "C"])
    let counts = finished.problem.folds.map {
      finished.problem.pool[0].trainCount(beside: $0.splits[0], in: finished.problem)
    }
    let page = try text(directory.report)
    #expect(page.contains("Training decisions of the pooled universes"))
    for count in counts { #expect(count > 0 && page.contains(">\(count)<")) }

    let explanation = try Explanation(
      finished,
      Attribution.Plan(
        groups: try FeatureGroups(finished.problem.experiment.features), dates: 4, backgrounds: 2,
        seed: 1), threads: 1)
    #expect(explanation.attribution.inefficiency < 1e-9)
    let stressed = try StressTest(
      finished, plan: StressPlan(paths: 2, rows: 40, draws: 1)
    ).perform(threads: 2)
    for row in stressed.figures.flatMap(\.rows) { #expect(row.sharpeRatio.isFinite) }
    #expect(stressed.figures.count > 4)

    // Predictions are of the experiment's own data: what has only trained is not read.
    try FileManager.default.removeItem(atPath: folder.path + "/other.csv")
    let loaded = try LoadedExperiment(
      config: directory.config, folder: provenance.folder, throughEnd: true)
    let prediction = try Prediction(loaded.experiment, run: directory, data: loaded.data)
    #expect(prediction.assets == ["A", "B", "C"])
    #expect(abs(prediction.weights.reduce(0, +) - 1) < 1e-6)
    #expect(throws: (any Error).self) { try FinishedRun(directory.path) }
  }

  @Test func aRunIsBoundToTheDataOfItsPool() throws {
    let folder = try files()
    let directory = try plan(folder)
    let path = folder.path + "/other.csv"
    try AtomicFile.write(try FileBytes.read(path) + [0x0A], to: path)
    let error = #expect(throws: ExperimentError.self) { try PlannedRun(opening: directory.path) }
    #expect(error?.description.contains("the checksum of \(path) was") == true)
  }

  /// Interrupted while it trains and resumed by the command, a run writes the same bytes.
  @Test func anInterruptedRunWritesTheSameBytes() throws {
    let (whole, cut) = (try files(), try files())
    let (first, second) = (try plan(whole), try plan(cut))
    try finish(first)
    let run = try PlannedRun(opening: second.path)
    let unit = try #require(run.works.first?.unit)
    let fitter = try Fitter(run.problem, unit)
    try second.create(unit)
    let middle = try fitter.fit(from: fitter.initialState, upTo: 1)
    #expect(!middle.isFinished)
    try FitCheckpoint.write(
      middle, unit: unit, origin: run.loaded.origin, to: second.checkpoint(unit))
    try finish(second)
    for name in ["weights.csv", "returns.csv", "metrics.jsonl"] {
      #expect(try text(first.file(name)) == text(second.file(name)), "\(name)")
    }
  }

  /// Paths of a pool in a base config start at the base's folder.
  @Test func pathsFollowTheFileTheyAreIn() throws {
    let folder = try TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/base", withIntermediateDirectories: true)
    try AtomicFile.write(
      """
      {"data": {"prices": "p.csv"}, "training": {"pool": [
        {"name": "a", "data": {"prices": ["a.csv", "/b.csv"], "formats": {"a.csv": {"decimal": "comma"}}}},
        {"name": "c", "data": {"prices": "../c.csv", "indicators": "i.csv"}}]}}
      """, to: folder.path + "/base/base.json")
    try AtomicFile.write(#"{"extends": "base/base.json"}"#, to: folder.path + "/own.json")
    let root = try ConfigDocument(
      contentsOf: folder.path + "/own.json", paths: DataSettings.paths
    ).root
    let expected: JSONValue = [
      "data": ["prices": "base/p.csv"],
      "training": [
        "pool": [
          [
            "name": "a",
            "data": [
              "prices": ["base/a.csv", "/b.csv"],
              "formats": ["base/a.csv": ["decimal": "comma"]],
            ],
          ],
          ["name": "c", "data": ["prices": "base/../c.csv", "indicators": "base/i.csv"]],
        ]
      ],
    ]
    #expect(root == expected, "\(root.text())")
  }

  /// A file that cannot be read names the universe.
  @Test func aFaultOfAFileNamesTheUniverse() throws {
    let folder = try files()
    try AtomicFile.write("Date,P,Q,R\n2000-01-03,1,2,3\n", to: folder.path + "/other.csv")
    let error = #expect(throws: ExperimentError.self) { try plan(folder) }
    #expect(
      error?.description.hasPrefix("training.pool 'other': ") == true, "\(error?.description ?? "")"
    )
  }

  /// A search reads nothing of a pool from the first test on.
  @Test func aSearchReadsThePoolBeforeTheFirstTest() throws {
    let folder = try files()
    let space = "search.space={\"training.learningRate\": {\"log\": [1e-4, 0.1]}}"
    let search = try SearchRun(
      planning: folder.path + "/small.json",
      overrides: try (Self.overrides + [space, "search.trials=2", "search.batch=2"]).map {
        try ConfigOverride(parsing: $0)
      }, output: folder.path + "/search")
    let last = try #require(search.loaded.pool.first?.dates.last)
    #expect(last < (try #require(CalendarDate("2001-06-01"))))
    let result = try search.run(Runner(directory: search.directory, threads: 1))
    #expect(result.trials.count == 2 && result.trials.allSatisfy { $0.failure == nil })
    try search.write(result)
    // What it found can be run: the paths of the pool are whole.
    let best = try LoadedExperiment(config: search.directory.file("best.json"))
    #expect(try best.problem().pool.map(\.settings.name) == ["other"])
  }

  @Test func checkNamesThePool() throws {
    let folder = try files()
    let path = folder.path + "/small.json"
    let loaded = try LoadedExperiment(
      config: path, overrides: try Self.overrides.map { try ConfigOverride(parsing: $0) })
    let problem = try loaded.problem()
    let facts = CheckCommand.facts(loaded, problem)
    #expect(
      facts.contains(
        "other, weight 1.0, \(problem.pool[0].problem.rows.count) decisions from "
          + "\(problem.pool[0].problem.date(0)): P, Q, R, S"), "\(facts)")
    let folds = CheckCommand.folds(problem)
    let count = problem.pool[0].trainCount(beside: problem.folds[0].splits[0], in: problem)
    #expect(folds.contains("train on other") && folds.contains("(\(count))"), "\(folds)")
  }
}
