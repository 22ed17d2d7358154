import Finance
import Foundation
import Testing

@testable import Train

@Suite struct ExperimentTests {
  /// The folder of the package, from this file's place in it.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  static let shipped: [String] = {
    let folder = package + "/Experiments"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json") }.sorted().map { folder + "/" + $0 }
  }()

  @Test func experimentsAreShipped() {
    #expect(Self.shipped.count >= 2)
  }

  @Test("Every shipped experiment decodes, loads and has folds", arguments: shipped)
  func everyShippedExperimentLoads(_ path: String) throws {
    let loaded = try LoadedExperiment(config: path)
    let problem = try Problem(loaded.experiment, data: loaded.data)
    #expect(problem.folds.count >= (loaded.experiment.data.simulated == nil ? 5 : 1))
    if let study = loaded.experiment.study {
      let document = try ConfigDocument(contentsOf: path)
      let runner = KnownTruthStudy(document: document, settings: study, file: nil, threads: 1)
      for variant in study.variants.indices {
        _ = try runner.experiment(variant: variant, seed: study.firstSeed)
      }
    }
    #expect(try problem.checkModel().reduce(0) { $0 + $1.parameters } > 0)
  }

  @Test func theResolvedConfigDecodesToItself() throws {
    let document = try ConfigDocument(parsing: SmallExperiment.config, file: "small.json")
    let first = try document.decode { Experiment($0) }
    let again = try ConfigDocument(parsing: first.resolved.text(), file: "resolved.json")
      .decode { Experiment($0) }
    #expect(again.resolved == first.resolved)
    #expect(first.resolved.text().contains("\"weightDecay\""))
  }

  private func problems(_ overrides: [String]) -> [String] {
    do {
      _ = try SmallExperiment.experiment(overrides)
      return []
    } catch let error as ConfigError {
      return error.problems.map(\.description)
    } catch { return ["\(error)"] }
  }

  @Test func faultsNameThePlaceTheValueAndWhatIsAccepted() {
    #expect(
      problems(["training.epoch=10"]).first?.hasPrefix(
        "--set training.epoch=10: $.training: unknown key 'epoch'; did you mean 'epochs'?") == true)
    #expect(
      problems(["training.learningRate=7"]) == [
        "--set training.learningRate=7: $.training.learningRate: value is 7; "
          + "expected a number in 1e-08…1"
      ])
    #expect(
      problems(["model.sequence.kind=lstn"]) == [
        "--set model.sequence.kind=lstn: $.model.sequence.kind: value is \"lstn\"; "
          + "expected one of \"lstm\", \"gru\", \"none\"; did you mean 'lstm'?"
      ])
    #expect(
      problems(["folds.firstTest=soon"]).first?.contains(
        "value is \"soon\"; expected a date such as \"2000-01-31\"") == true)
    #expect(
      problems(["features.asset=[\"momentun(21)\"]"]).first?.contains("momentun") == true)
    #expect(problems(["folds.purge=0"]).first?.contains("expected at least 1") == true)
    #expect(
      problems(["execution.lag=0"]).first?.contains(
        "lag is 0 and nothing delays X; expected lag or data.indicatorLag above 0") == true)
    // Delayed to another day, by rows or by the days to their publication.
    #expect(problems(["execution.lag=0", "data.indicatorLag=1"]).isEmpty)
    #expect(problems(["execution.lag=0", "data.indicatorLagDays={\"X\":1}"]).isEmpty)
    #expect(problems(["execution.lag=0", "data.indicatorLagDays={\"Y\":1}"]).count == 1)
    #expect(problems(["model.budgets.floor=2"]).count == 1)
    // Weights that move must leave a loss at epoch 0, and L-BFGS needs one function.
    let moving = "objective.annealing={\"epochs\": 10, \"from\": {\"sharpe\": 0}}"
    #expect(problems([moving]).isEmpty)
    #expect(
      problems([moving, "objective.cdar=0"]).first?.contains("no loss at epoch 0")
        == true)
    for (change, key) in [
      (moving, "objective.annealing"),
      ("model.sequence.dropout=0.1", "model.sequence.dropout"),
      ("model.gate={\"kind\": \"stochastic\"}", "model.gate.noise"),
      ("model.selection={\"kind\": \"gates\"}", "model.selection.noise"),
      ("training.schedule.shape=cosine", "expected a constant one"),
    ] {
      let found = problems(["training.optimizer=lbfgs", change])
      #expect(found.count == 1 && found[0].contains(key), "\(found)")
    }
    #expect(problems(["objective.sharpe=0", "objective.cdar=0"]).count == 1)
    // All faults of a file at once.
    #expect(problems(["training.epoch=10", "training.seeds=0", "decisions.every=x"]).count == 3)
  }

  /// Where an asset that begins late takes the history, the refusal says so.
  @Test func whatALateAssetTakesIsSaid() throws {
    let experiment = try SmallExperiment.experiment(["folds.train=100"])
    let complete = try SmallExperiment.problem().data
    let late = MarketData(
      dates: complete.dates, assets: complete.assets, prices: complete.prices,
      cashLevels: complete.cashLevels, indicatorNames: complete.indicatorNames,
      indicators: complete.indicators, leftOut: "The first 7 rows are left out.")
    for (data, isNamed) in [(complete, false), (late, true)] {
      let error = #expect(throws: ExperimentError.self) { try Problem(experiment, data: data) }
      let text = error?.description ?? ""
      #expect(text.contains("the first fold needs 116 decisions"))
      #expect(
        text.hasSuffix(
          ". The first 7 rows are left out. With data.lateListings \"join\" an asset comes in when it "
            + "is listed.") == isNamed)
    }
  }

  @Test func aPanelShorterThanTheFirstFoldIsRefusedWithNumbers() throws {
    let late = #expect(throws: ExperimentError.self) {
      try SmallExperiment.problem(["folds.train=100"])
    }
    #expect(late?.description.contains("the first fold needs 116 decisions") == true)
    let never = #expect(throws: ExperimentError.self) {
      try SmallExperiment.problem(["folds.firstTest=2030-01-01"])
    }
    #expect(never?.description.contains("folds.firstTest is 2030-01-01, but the last") == true)
    let short = #expect(throws: ExperimentError.self) {
      try SmallExperiment.problem(["covariance.window=600"])
    }
    #expect(short?.description.contains("the panel is too short: 540 rows") == true)
  }

  @Test func aLearningRateOfNothingIsRefused() throws {
    let problem = try SmallExperiment.problem(["training.learningRates.haed=0.1"])
    let error = #expect(throws: ExperimentError.self) { try problem.checkModel() }
    #expect(
      error?.description.contains("'haed' names no parameter; did you mean 'head'?") == true)
  }
}
