import Autodiff
import Finance
import Foundation
import Testing

@testable import Train

/// A CSV with an asset that is listed late, from the file to the report and on to a prediction.
@Suite struct LateListingRunTests {
  private func text(_ path: String) throws -> String {
    String(decoding: try FileBytes.read(path), as: UTF8.self)
  }

  @Test func aFileWithALateAssetRunsEndToEnd() throws {
    let data = LateListing.data(listing: 350)
    let run = try SmallRun([LateListing.join, "training.keep=last"], data: data)
    let directory = run.directory
    let finished = try FinishedRun(directory.path)
    let problem = finished.problem
    #expect(problem.data.listings == [0, 0, 350] && problem.data.dates == data.dates)

    // It is bought when it comes, at the price of any other trade.
    let weights = try CSVPanelReader.read(directory.file("weights.csv"))
    #expect(weights.columns == ["A", "B", "C"])
    for (row, date) in weights.dates.enumerated() {
      let own = Array(weights.values.row(row))
      #expect((own[2] > 0) == (date >= data.dates[410]), "\(date)")
      #expect(own[2] > 0 || own[2].bitPattern == 0)
      #expect(abs(own.reduce(0, +) - 1) < 1e-6)
    }
    let first = try #require(weights.dates.firstIndex { $0 >= data.dates[410] })
    #expect(first > 0)
    let model = finished.result.model
    let bought = model.weights[first, 2]
    #expect(model.path.turnover[first] > bought)
    #expect(abs(model.path.costs[first] - 0.001 * model.path.turnover[first]) < 1e-12)

    let sentence =
      "C is listed on \(data.dates[350]); with 60 rows of history it is in the universe from the decision "
      + "of \(data.dates[410]) on."
    #expect(problem.notes == [sentence])
    #expect(try text(directory.file("data.json")).contains(sentence))
    #expect(try text(directory.file("report.html")).contains(sentence))
    let summary = try StoredJSON(contentsOf: directory.summary).root
    #expect(summary["model"]?["sharpeRatio"]?.double?.isFinite == true)
    #expect(summary["evidence"]?["hindsightCeiling"]?.double?.isFinite == true)

    // Futures need a history of all assets.
    var plan = StressPlan()
    plan.families = [.paths]
    let stress = #expect(throws: ExperimentError.self) {
      try StressTest(finished, plan: plan).perform(threads: 1)
    }
    #expect(
      stress?.description
        == "stress test: every asset has returns on the last 189 rows alone, for C is listed on "
        + "\(data.dates[350]); futures are drawn from at least 250. Leave them out by --only, or make a "
        + "run without the asset")
    let explanation = try Explanation(
      finished,
      Attribution.Plan(
        groups: try FeatureGroups(problem.experiment.features), dates: 8, backgrounds: 2, seed: 1),
      threads: 1)
    #expect(explanation.attribution.inefficiency < 1e-9)
    for values in explanation.attribution.shares.flatMap({ $0 }) {
      #expect(values.allSatisfy { $0.isFinite })
    }
    // At its first date C is not there: no feature moves it.
    #expect(explanation.attribution.dates[0] < data.dates[410])
    #expect(explanation.attribution.shares.allSatisfy { $0[0][2] == 0 && $0[0][5] == 0 })
    #expect(explanation.attribution.shares.contains { $0[7][2] != 0 })
  }

  /// Every family of stress, of assets of which one joins in the tests and one before.
  @Test(arguments: [270, 320]) func stressTestsAreOfTheUniverse(listing: Int) throws {
    let run = try SmallRun(
      [
        LateListing.join, "training.keep=last", "report.equities=[\"A\"]", "report.bonds=[\"B\"]",
      ], data: LateListing.data(listing: listing))
    let finished = try FinishedRun(run.directory.path)
    let problem = finished.problem
    var plan = StressPlan(paths: 3, rows: 40, draws: 2)
    if listing > 290 { plan.families.removeAll { $0 == .breakdown || $0 == .paths } }
    let stressed = try StressTest(finished, plan: plan).perform(threads: 2)
    #expect(stressed.figures.map(\.rows.count).reduce(0, +) > 40)
    for row in stressed.figures.flatMap(\.rows) {
      #expect(row.sharpeRatio.isFinite && row.maximumDrawdown.isFinite, "\(row.scenario)")
    }
    #expect(stressed.futures.contains { $0.family == .paths } == (listing < 290))
    #expect(
      stressed.futures.flatMap(\.rows).allSatisfy { $0.volatility > 0 && $0.volatility.isFinite })
    let ensemble = try FrozenEnsemble(finished.result)
    let historical = HistoricalStress(
      result: finished.result, ensemble: ensemble, draws: 2, generator: SplitMix64(seed: 1))
    let own = finished.result.model.summary.sharpeRatio
    let inputs = try #require(try historical.missingInputs().first)
    #expect(abs(inputs.sharpeRatio - own) < 1e-6)
    let measures = try historical.riskMeasures()
    #expect(measures.count >= 6 && measures.allSatisfy { $0.sharpeRatio.isFinite })
    let references = try FrozenEnsemble.references(problem.tested, of: problem)
    let parity = try #require(finished.result.baselines.first { $0.key == "risk-parity" })
    let equal = try #require(finished.result.baselines.first { $0.key == "equal-weight" })
    #expect(references.riskParity == parity.weights && references.equalWeight == equal.weights)
    #expect(references.equalWeight.column(2).contains(0) == (listing == 320))
  }

  /// Stopped after every step and read back from its checkpoint, a fit comes to the same bits.
  @Test func anInterruptedFitResumesToTheSameBits() throws {
    let problem = try LateListing.problem(["training.block=8"], listing: 280)
    let unit = problem.units[0]
    let fitter = try Fitter(problem, unit)
    let whole = try fitter.fit(from: fitter.initialState)
    let folder = try TemporaryDirectory()
    let path = folder.path + "/fit.safetensors"
    var (state, stops) = (fitter.initialState, 0)
    while !state.isFinished {
      state = try fitter.fit(from: state, pause: { true })
      try FitCheckpoint.write(state, unit: unit, origin: .test, to: path)
      state = try FitCheckpoint.read(
        path, unit: unit, origin: .test, initial: fitter.initialState)
      stops += 1
    }
    #expect(stops > 8)
    #expect(state == whole)
    #expect(try fitter.decideTests(state.best) == fitter.decideTests(whole.best))
    let many = try SmallExperiment.run(problem, threads: 3)
    #expect(many.fits.map(\.state) == (try SmallExperiment.run(problem)).fits.map(\.state))
  }

  /// An asset that is listed but has too short a history on the day gets nothing, and the command says why.
  @Test func aPredictionSaysWhoIsNotThereYet() throws {
    let run = try SmallRun([LateListing.join], data: LateListing.data(listing: 440))
    let provenance = try Provenance(contentsOf: run.directory.provenance)
    func prediction(through row: Int) throws -> Prediction {
      var table = CSVWriter(columns: ["Date", "A", "B", "C", "CASH"])
      var indicators = CSVWriter(columns: ["Date", "X"])
      let data = LateListing.data(listing: 440)
      for t in 0...row {
        table.append(
          day: data.dates[t].days, Array(data.prices.row(t)) + [data.cashLevels?[t] ?? 0])
        indicators.append(day: data.dates[t].days, [data.indicators[t, 0]])
      }
      try table.write(to: run.folder.path + "/today.csv")
      try indicators.write(to: run.folder.path + "/today-x.csv")
      let loaded = try LoadedExperiment(
        config: run.directory.config,
        overrides: try ["data.prices=today.csv", "data.indicators=today-x.csv"].map {
          try ConfigOverride(parsing: $0)
        }, folder: run.folder.path, throughEnd: true)
      try provenance.character.requireSimilar(loaded.data, source: "today.csv")
      return try Prediction(loaded.experiment, run: run.directory, data: loaded.data)
    }
    for row in [445, 499] {
      let early = try prediction(through: row)
      #expect(early.weights[2] == 0 && early.budgets[2] == 0 && early.riskContributions[2] == 0)
      #expect(abs(early.weights.reduce(0, +) - 1) < 1e-6)
      #expect(
        PredictCommand.table(early, nil).contains(
          "C is not in the universe yet: it has \(row - 440) of the 60 rows of history it needs\n"))
      #expect(
        PredictCommand.json(early, nil)["notAvailable"]
          == ["C": ["rows": JSONValue(row - 440), "needed": 60]])
    }
    let later = try prediction(through: 500)
    #expect(later.weights[2] > 0 && later.waiting.isEmpty)
    #expect(!PredictCommand.table(later, nil).contains("not in the universe"))
    #expect(PredictCommand.json(later, nil)["notAvailable"] == nil)
    // Before it is listed at all the column is empty, which no price file should have.
    let error = #expect(throws: DataError.self) { try prediction(through: 439) }
    #expect(error?.description.contains("column 'C': holds no price from") == true)
  }

  /// A rule in the model's place that looks back further than the model would is without the asset for
  /// longer, and both the run and a prediction say so.
  @Test func aRulesOwnWindowCounts() throws {
    let strategy =
      #"strategy={"rule": "minimum-cvar", "window": 90, "floor": 0.3, "name": "tail"}"#
    let problem = try LateListing.problem([strategy, "baselines=[]"], listing: 300)
    let result = try SmallExperiment.run(problem)
    let first = try #require(result.model.rows.indices.first { result.model.weights[$0, 2] > 0 })
    let row = result.model.rows[first]
    #expect(row >= 390 && result.model.rows[first - 1] < 390)
    #expect(
      problem.notes == [
        "C is listed on \(problem.data.dates[300]); with 90 rows of history it is in the universe from "
          + "the decision of \(problem.data.dates[row]) on."
      ])
    for (last, waits) in [(365, true), (389, true), (390, false)] {
      let prediction = try Prediction(
        problem.experiment, run: RunDirectory(path: "/nonexistent"),
        data: LateListing.data(listing: 300, through: last))
      #expect((prediction.weights[2] == 0) == waits)
      #expect(prediction.waiting.map(\.asset) == (waits ? ["C"] : []))
      #expect(prediction.waiting.map(\.rows) == (waits ? [last - 300] : []))
      #expect(prediction.waiting.map(\.needed) == (waits ? [90] : []))
    }
  }

  @Test(arguments: [
    ("covariance={\"estimator\":\"dcc\",\"window\":250}", "covariance", "estimator \"dcc\""),
    ("model.risk.kind=cholesky", "model", "risk.kind \"cholesky\""),
    ("model.risk.kind=factor", "model", "risk.kind \"factor\""),
    ("model.risk.kind=garch", "model", "risk.kind \"garch\""),
    ("model.tilt={}", "model", "tilt"),
    ("model.dualLayer={\"indicators\":[\"X\"],\"volatility\":\"X\"}", "model", "dualLayer"),
    (
      "model.budgets.groups=[{\"name\":\"g\",\"assets\":[\"A\"],\"maximum\":0.6}]", "model",
      "budgets.groups"
    ),
    ("baselines=[\"forecast-hrp\"]", "baselines", "\"forecast-hrp\""),
  ])
  func whatNeedsEveryAssetIsRefused(override: String, key: String, what: String) {
    let error = #expect(throws: (any Error).self) {
      try SmallExperiment.experiment([LateListing.join, override])
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("\(what) needs every asset at every decision"), "\(text)")
    #expect(text.contains("or data.lateListings \"trim\""), "\(text)")
    #expect(text.contains(key), "\(text)")
  }

  @Test func severalFilesNeedACalendarThatWaitsForNobody() throws {
    let files = "data.prices=[\"a.csv\",\"b.csv\"]"
    let error = #expect(throws: (any Error).self) {
      try SmallExperiment.experiment([LateListing.join, files])
    }
    #expect(
      error.map { "\($0)" }?.contains(
        "expected \"all\" or \"first\" with lateListings \"join\"") == true)
    _ = try SmallExperiment.experiment([LateListing.join, files, "data.calendar=all"])
    _ = try SmallExperiment.experiment([files])
  }

  @Test func whatIsMissingAtTheFirstDecisionIsNamed() throws {
    func fault(_ overrides: [String], listing row: Int = 200) -> String {
      let error = #expect(throws: ExperimentError.self) {
        try LateListing.problem(overrides, listing: row)
      }
      return error?.description ?? ""
    }
    let dates = SmallExperiment.data.dates
    #expect(
      fault(["features.asset=[\"correlation(C,30)\"]"])
        == "features.asset: correlation(C,30) reads C from the first decision on, \(dates[30]), but it is "
        + "listed on \(dates[200]); name an asset that is there, or set data.lateListings to \"trim\""
    )
    let rule = "\"indicator\":\"X\",\"above\":0.5,\"floor\":0.6"
    #expect(
      fault(["model.floorRule={\(rule),\"assets\":[\"C\"]}"])
        == "model.floorRule.assets: at the first decision, \(dates[60]), none of them is in the universe; "
        + "expected some assets of both kinds: name others, or set data.lateListings to \"trim\"")
    #expect(
      fault(["model.floorRule={\(rule),\"assets\":[\"A\",\"B\"]}"])
        .contains("only they are in the universe"))
    // Data made by a program may begin with one asset.
    var prices = LateListing.data(listing: 200).prices
    for t in 0..<100 { prices[t, 1] = .nan }
    let all = SmallExperiment.data
    let data = MarketData(
      dates: dates, assets: all.assets, prices: prices, cashLevels: all.cashLevels,
      indicatorNames: all.indicatorNames, indicators: all.indicators)
    let error = #expect(throws: ExperimentError.self) {
      try Problem(try SmallExperiment.experiment([LateListing.join]), data: data)
    }
    #expect(
      error?.description
        == "decision of \(dates[60]): 1 of 3 assets has the 60 rows of history that features and "
        + "covariance need; expected at least 2. It is complete from: A \(dates[60]), B \(dates[160]), C "
        + "\(dates[260]); set decisions.firstRow or data.start later, or shorten the history")
    let later = try Problem(
      try SmallExperiment.experiment([LateListing.join, "decisions.firstRow=160"]), data: data)
    #expect(later.availability?.members(at: 0) == [0, 1])
  }

  /// A mix cannot hold what is not there; a rule names assets by their names, not by their place among
  /// those that are there.
  @Test func rulesThatCannotDoWithoutAnAssetNameIt() throws {
    let problem = try LateListing.problem(
      ["baselines=[{\"rule\":\"fixed-mix\",\"weights\":{\"A\":0.6,\"C\":0.4}}]"], listing: 440)
    let error = #expect(throws: ExperimentError.self) {
      try problem.experiment.baselines[0].decide(in: problem)
    }
    let date = problem.data.dates[problem.rows[problem.tested.lowerBound]]
    #expect(
      error?.description
        == "60/40 A/C, decision of \(date): 60/40 A/C: holds 0.4 in asset 'C', which has not enough history "
        + "yet. Start later, or leave the asset out.")
    let parity = UniverseRule(rule: RiskParity(), history: 60)
    let data = LateListing.data(listing: 440)
    // B, the second of two, stands still: its variance is 0.
    let point = DecisionPoint(
      row: 200,
      of: MarketData(
        dates: data.dates, assets: ["C", "A", "B"],
        prices: Matrix(
          rows: data.prices.rows, columns: 3,
          elements: (0..<data.prices.rows).flatMap {
            [data.prices[$0, 2], data.prices[$0, 0], data.prices[$0, 1]]
          })),
      covariance: Matrix(rows: 3, columns: 3, elements: [0, 0, 0, 0, 1, 0, 0, 0, 0]))
    let failure = #expect(throws: ExperimentError.self) { try parity.weights(at: point) }
    #expect(failure?.description.contains("asset 'B'") == true, "\(failure?.description ?? "")")
  }
}
