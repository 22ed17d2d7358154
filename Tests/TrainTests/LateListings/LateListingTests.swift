import Autodiff
import Finance
import TestSupport
import Testing

@testable import Train

/// An asset outside the universe is as if it were not in the config, and one that is in it from the start
/// as if there were no late listings.
@Suite struct LateListingTests {
  private static let rounding = Scalar.self == Double.self ? 1e-9 : 2e-3

  @Test func anAssetJoinsWithItsHistory() throws {
    let problem = try LateListing.problem(listing: 203)
    let availability = try #require(problem.availability)
    for (d, row) in problem.rows.enumerated() {
      #expect(
        availability.members(at: d) == (row >= 203 + LateListing.history ? [0, 1, 2] : [0, 1]))
      let covariance = problem.covariance(ofDecision: d)
      #expect((covariance[2, 2] > 0) == availability[d, 2])
      #expect((covariance[0, 2] != 0) == availability[d, 2])
    }
    #expect(problem.rows[0] == 60)
    #expect(
      problem.notes == [
        "C is listed on \(problem.data.dates[203]); with 60 rows of history it is in the universe from "
          + "the decision of \(problem.data.dates[265]) on."
      ])
    #expect(problem.covariances.allSatisfy { $0.isFinite })
  }

  /// Data in which nobody lists late give the same bits whatever is said of those who do.
  @Test func withoutLateListingsNothingChanges() throws {
    let folder = try TemporaryDirectory()
    let data = SmallExperiment.data
    var table = CSVWriter(columns: ["Date"] + data.assets + ["CASH"])
    for (row, date) in data.dates.enumerated() {
      table.append(
        day: date.days, Array(data.prices.row(row)) + [data.cashLevels?[row] ?? 100])
    }
    try table.write(to: folder.path + "/prices.csv")
    func run(_ overrides: [String]) throws -> RunResult {
      let experiment = try SmallExperiment.experiment(
        ["data.prices=\"prices.csv\"", "data.indicators=null", "features.market=[]"] + overrides)
      let read = try ExperimentData(
        experiment.data, indicatorNames: [], folder: folder.path, here: [], throughEnd: false)
      return try SmallExperiment.run(try Problem(experiment, data: read.data))
    }
    let (trimmed, joined) = (try run([]), try run([LateListing.join]))
    #expect(joined.problem.availability == nil)
    #expect(joined.problem.data.notes == trimmed.problem.data.notes)
    #expect(joined.fits.map(\.state) == trimmed.fits.map(\.state))
    for (a, b) in zip(joined.strategies, trimmed.strategies) {
      #expect(a.weights == b.weights && a.path.returns == b.path.returns)
    }
    let (own, other) = (try RunEvidence(joined).json, try RunEvidence(trimmed).json)
    #expect(own == other)
  }

  /// Every rule decides for the assets there are what it decides of data without the others, also one that
  /// looks back further than the experiment does.
  @Test(arguments: [320, 440]) func rulesDecideAsWithoutTheAsset(listing: Int) throws {
    let overrides = [
      String(BaselineTests.all.dropLast())
        + #", {"rule": "minimum-cvar", "name": "long tail", "window": 90, "floor": 0.3}]"#,
      "training.epochs=1", "training.seeds=1",
    ]
    let problem = try LateListing.problem(overrides, listing: listing)
    let smaller = try LateListing.smallerProblem(overrides)
    #expect(problem.rows == smaller.rows)
    var compared = 0
    for (own, other) in zip(problem.experiment.baselines, smaller.experiment.baselines) {
      let (decided, expected) = (
        try #require(try own.decide(in: problem)).decisions,
        try #require(try other.decide(in: smaller)).decisions
      )
      let history = max(LateListing.history, own.requiredRows)
      #expect(history == (own.key == "long-tail" ? 90 : 60))
      for (k, row) in decided.rows.enumerated() {
        let weights = Array(decided.weights.row(k))
        guard row < listing + history else {
          #expect(weights.reduce(0, +) <= 1 + 1e-12)
          continue
        }
        // What a band skips depends on what is held, which is the same until C is bought.
        #expect(expected.rows[k] == row)
        #expect(Array(weights[..<2]) == Array(expected.weights.row(k)), "\(own.title), row \(row)")
        #expect(weights[2] == 0)
        compared += 1
      }
      // The plain rules buy it when it comes, as does whoever must.
      let buys: [BaselineRule] = [.equalWeight, .riskParity, .inverseVolatility]
      if buys.contains(own.rule) || own.key == "long-tail" {
        let last = decided.rows.count - 1
        #expect(
          (decided.weights[last, 2] > 0) == (decided.rows[last] >= listing + history),
          "\(own.title)")
      }
    }
    #expect(compared > 25)
  }

  /// Untrained networks hold equal risk of what there is: the bits of the solver on the smaller panel.
  @Test(arguments: LateListing.models)
  func untrainedNetworksHoldEqualRiskOfWhatThereIs(_ model: SmallModel) throws {
    // Gates and rules change budgets at once, scenarios another solver.
    let others = ["gate", "floorRule", "measure"]
    guard !model.overrides.contains(where: { text in others.contains { text.contains($0) } }) else {
      return
    }
    let problem = try LateListing.problem(model.overrides, listing: 250)
    let smaller = try LateListing.smallerProblem(model.overrides)
    let unit = problem.units[0]
    let (fitter, other) = (try Fitter(problem, unit), try Fitter(smaller, smaller.units[0]))
    let decisions = problem.experiment.model.history..<LateListing.early(problem).upperBound
    #expect(decisions.count > 20)
    let own = try fitter.decide(decisions, fitter.initialState.parameters)
    let expected = try other.decide(decisions, other.initialState.parameters)
    for d in 0..<decisions.count {
      #expect(Array(own.weights.row(d)) == Array(expected.weights.row(d)) + [0])
      #expect(Array(own.budgets.row(d)) == Array(expected.budgets.row(d)) + [0])
      #expect(own.budgets[d, 0] == own.budgets[d, 1])
    }
  }

  /// With any parameters a network shared by the assets decides for those there are as if the others did not
  /// exist, up to the rounding of sums in another order.
  @Test(arguments: LateListing.models.filter { !$0.overrides.contains("model.scorer=joint") })
  func networksDecideAsWithoutTheAsset(_ model: SmallModel) throws {
    let problem = try LateListing.problem(model.overrides, listing: 250)
    let smaller = try LateListing.smallerProblem(model.overrides)
    let (large, start) = try problem.policy(
      of: .network(seed: 0), generator: SplitMix64(seed: 3))
    let (small, smallStart) = try smaller.policy(
      of: .network(seed: 0), generator: SplitMix64(seed: 3))
    let moved = Self.moved(start)
    let copied = Self.copied(moved, into: smallStart)
    let decisions = large.history..<LateListing.early(problem).upperBound
    let training = Array(decisions)
    let scaler = try Standardizer(fitting: problem.features, decisions: training)
    #expect(try Standardizer(fitting: smaller.features, decisions: training) == scaler)
    let own = try large.decide(
      decisions, of: problem, features: scaler.standardized(problem.features), parameters: moved)
    let expected = try small.decide(
      decisions, of: smaller, features: scaler.standardized(smaller.features), parameters: copied)
    var (worst, spread) = (0.0, 0.0)
    for d in 0..<decisions.count {
      for i in 0..<2 {
        worst = max(worst, abs(own.weights[d, i] - expected.weights[d, i]))
        worst = max(worst, abs(own.budgets[d, i] - expected.budgets[d, i]))
        spread = max(spread, abs(own.budgets[d, i] - 0.5))
      }
      #expect(own.weights[d, 2] == 0 && own.budgets[d, 2] == 0)
    }
    #expect(worst < Self.rounding, "\(worst)")
    #expect(spread > 0.01, "the parameters matter")
    for (detail, table) in own.details where detail == .selection || detail == .regimes {
      let other = try #require(expected.details[detail]).values
      for (a, b) in zip(table.values.elements, other.elements) {
        #expect(abs(a - b) < Self.rounding, "\(detail)")
      }
    }
    if let map = own.details[.attention] {
      // C's own row, and what the others take from C, are empty.
      for (column, name) in map.columns.enumerated() where name.contains("C") {
        #expect(map.values.column(column).allSatisfy { $0 == 0 }, "\(name)")
      }
    }
  }

  /// Constants of assets outside the universe have no gradient, and nothing is NaN.
  @Test(arguments: LateListing.models)
  func trainingMovesNothingOfAnAssetThatIsNotThere(_ model: SmallModel) throws {
    // C joins after the training part of the first fold.
    let overrides = model.overrides + ["training.epochs=3"]
    let history = Problem.history(try SmallExperiment.experiment(overrides))
    let problem = try LateListing.problem(overrides, listing: 380 - history)
    let unit = try #require(problem.units.first { $0.fold.index == 0 })
    #expect(
      unit.trainParts.allSatisfy { $0.upperBound <= LateListing.early(problem).upperBound })
    let fitter = try Fitter(problem, unit)
    let start = fitter.initialState.parameters
    let state = try fitter.fit(from: fitter.initialState)
    #expect(state.parameters != start)
    let entry = try #require(start.entries.first { $0.name == "policy.constants" })
    let n = 3
    for (k, index) in entry.range.enumerated() {
      #expect(
        (state.parameters.values[index] != start.values[index]) == (k % n != 2),
        "constant \(k)")
    }
    #expect(state.parameters.values.allSatisfy { $0.isFinite })
    let decided = try fitter.decideTests(state.best)
    #expect(decided.weights.elements.allSatisfy { $0.isFinite })
    #expect(decided.weights.column(2).contains(0) && decided.weights.column(2).contains { $0 > 0 })
  }

  /// Nothing up to a cut depends on what follows: not on late assets' prices, nor on when they list.
  @Test(arguments: LateListing.models, [300, 420])
  func nothingLooksAhead(_ model: SmallModel, listing: Int) throws {
    let problem = try LateListing.problem(
      model.overrides + ["training.epochs=2"], listing: listing)
    for outcome in try LeakTest(problem: problem).run() {
      #expect(outcome.differences.isEmpty, "\(outcome)")
      #expect(outcome.compared > 500)
    }
  }

  /// Negative control: a listing that is known early is seen.
  @Test func anEarlierListingIsCaught() throws {
    let problem = try LateListing.problem(listing: 300)
    let fold = problem.folds[0]
    let decision = fold.test.lowerBound + 1
    #expect(problem.availability?[decision, 2] == true)
    let outcome = try LeakTest(problem: problem).compare(
      decision, fold: fold, with: LateListing.data(listing: 280))
    for part in ["the universe", "asset features", "covariances", "weights"] {
      #expect(outcome.differences.contains { $0.hasPrefix(part) }, "\(part) in \(outcome)")
    }
  }

  private static func moved(_ parameters: Parameters) -> Parameters {
    var parameters = parameters
    let shift = randomTensor([parameters.values.count], seed: 9, scale: 0.4).elements
    parameters.values = zip(parameters.values, shift).map { $0 + $1 }
    return parameters
  }

  /// The parameters of the model of three assets in that of two: constants of the third are left out.
  private static func copied(_ source: Parameters, into target: Parameters) -> Parameters {
    var result = target
    for (from, to) in zip(source.entries, target.entries) {
      precondition(from.name == to.name)
      let values = Array(source.values[from.range])
      let kept =
        from.range.count == to.range.count
        ? values : values.indices.filter { $0 % 3 != 2 }.map { values[$0] }
      result.values.replaceSubrange(to.range, with: kept)
    }
    return result
  }
}
