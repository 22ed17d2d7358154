import Autodiff
import Finance
import TestSupport
import Testing

@testable import Train

/// What a network learns from pooled universes, against training on each of them alone.
@Suite struct PooledTrainingTests {
  /// One plain step of the gradient, of a length that can be measured.
  private static let step = [
    "training.optimizer=sgd", "training.momentum=0", "training.learningRate=0.001",
    "training.learningRates={}", "training.clipNorm=1e9", "training.epochs=1",
    "model.sequence.dropout=0", "model.head.dropout=0",
  ]

  /// Everything that a step from some parameters does: to each parameter by its name, and the first epoch.
  private func step(
    _ fitter: Fitter, from values: [String: Tensor]
  ) throws -> (change: [String: [Double]], epoch: FitState.Epoch) {
    var state = fitter.initialState
    let entries = state.parameters.entries
    for entry in entries {
      let tensor = try #require(values[entry.name], "\(entry.name)")
      state.parameters.values.replaceSubrange(entry.range, with: tensor.elements)
    }
    let start = state.parameters
    let end = try fitter.fit(from: state)
    var change: [String: [Double]] = [:]
    for entry in entries {
      change[entry.name] = entry.range.map {
        Double(end.parameters.values[$0]) - Double(start.values[$0])
      }
    }
    return (change, try #require(end.epochs.first))
  }

  /// Parameters away from their start, where gradients vanish.
  private func moved(_ start: Parameters) -> [String: Tensor] {
    let shift = randomTensor([start.values.count], seed: 5, scale: 0.3).elements
    var values: [String: Tensor] = [:]
    for entry in start.entries {
      values[entry.name] = Tensor(
        entry.range.map { start.values[$0] + shift[$0] }, shape: entry.shape)
    }
    return values
  }

  private func fitter(_ problem: Problem) throws -> Fitter {
    try Fitter(problem, WorkUnit(fold: problem.folds[0], member: .network(seed: 0)))
  }

  /// The gradient of the sum is the sum of the gradients: of the experiment alone, and of an experiment on the
  /// pooled universe that trains on the same decisions.
  @Test(arguments: PooledExperiment.models)
  func theGradientIsTheSumOfThoseOfEachAlone(_ model: SmallModel) throws {
    // Noisy gates of variables are drawn for each universe anew, so that no sum can be foretold.
    guard !model.overrides.contains("model.selection.kind=gates") else { return }
    let pool = PooledExperiment.override(
      PooledExperiment.pool("other", "\"least\": 8, \"weight\": 0.7"))
    let isGated = model.overrides.contains { $0.hasPrefix("model.gate") }
    let overrides = model.overrides + Self.step + (isGated ? ["model.gate.noise=0"] : [])
    let problem = try PooledExperiment.problem(overrides, pool: pool)
    let together = try fitter(problem)
    let values = moved(together.initialState.parameters)
    let alone = try fitter(try SmallExperiment.problem(overrides))
    let universe = problem.pool[0]
    let parts = universe.trainParts(beside: problem.folds[0].splits[0], in: problem)
    let other = try Fitter(
      universe.problem,
      WorkUnit(
        fold: Fold(
          index: 0, train: parts[0], validation: 90..<95, test: 100..<105),
        member: .network(seed: 0)))
    let constants = "policy.pool-other.constants"
    var own = values
    own["policy.constants"] = values[constants]
    let (all, first) = try step(together, from: values)
    let (a, firstAlone) = try step(alone, from: values)
    let (b, firstOther) = try step(other, from: own)
    #expect(Set(all.keys) == Set(a.keys).union([constants]))
    let rounding = Scalar.self == Double.self ? 1e-12 : 1e-5
    var largest = 0.0
    for (name, change) in all where name != constants {
      for (k, value) in change.enumerated() {
        let expected =
          try #require(a[name])[k]
          + (name == "policy.constants" ? 0 : 0.7 * (try #require(b[name])[k]))
        #expect(abs(value - expected) < rounding, "\(name)[\(k)]")
        if name != "policy.constants" { largest = max(largest, abs(b[name]?[k] ?? 0)) }
      }
    }
    for (value, change) in zip(try #require(all[constants]), try #require(b["policy.constants"])) {
      #expect(abs(value - 0.7 * change) < rounding)
    }
    #expect(largest > 1e-6, "the universe teaches the shared parameters")
    #expect(first.train == firstAlone.train && first.validation == firstAlone.validation)
    #expect(
      abs(first.objective - (firstAlone.objective + 0.7 * firstOther.objective))
        < 1e5 * rounding)
  }

  /// A universe pooled with itself doubles the objective and the gradient of all that is shared.
  @Test func aUniversePooledWithItselfCountsTwice() throws {
    let itself = """
      training.pool=[{"name": "itself", "least": 8, "data": {"prices": "unused.csv", \
      "assets": ["A", "B", "C"], "cash": "CASH", "indicators": "unused.csv"}}]
      """
    let twice = try fitter(
      try PooledExperiment.problem(Self.step, pool: itself, data: [SmallExperiment.data]))
    let once = try fitter(try SmallExperiment.problem(Self.step))
    var values = moved(twice.initialState.parameters)
    values["policy.pool-itself.constants"] = values["policy.constants"]
    let (double, first) = try step(twice, from: values)
    let (single, firstOnce) = try step(once, from: values)
    #expect(first.objective == 2 * firstOnce.objective)
    let rounding = Scalar.self == Double.self ? 1e-13 : 1e-6
    for (name, change) in single {
      let factor = name == "policy.constants" ? 1.0 : 2
      for (value, expected) in zip(try #require(double[name]), change) {
        #expect(abs(value - factor * expected) < rounding, "\(name)")
      }
    }
    #expect(double["policy.pool-itself.constants"] == double["policy.constants"])
  }

  /// Without a weight a universe is as if it were not in the config: the same parameters, to the bit.
  @Test func withoutAWeightNothingChanges() throws {
    let alone = try SmallExperiment.run(try SmallExperiment.problem())
    let none = PooledExperiment.override(PooledExperiment.pool("other", "\"weight\": 0"))
    for pool in [none, "training.pool=[]"] {
      let run = try SmallExperiment.run(
        try PooledExperiment.problem(pool: pool, data: []))
      #expect(run.fits.map(\.state) == alone.fits.map(\.state))
      #expect(run.model.weights == alone.model.weights)
    }
    let pooled = try SmallExperiment.run(try PooledExperiment.problem())
    #expect(pooled.model.weights != alone.model.weights)
    // Learned constants have no network to share.
    #expect(
      zip(pooled.fits, alone.fits).allSatisfy {
        !$0.unit.member.isConstants || $0.state == $1.state
      })
    // The start is the same; what pooled constants add comes after it.
    let (own, more) = (alone.fits[0].state, pooled.fits[0].state)
    #expect(own.epochs[0].validation == more.epochs[0].validation)
    #expect(own.scaler == more.scaler)
    #expect(
      more.parameters.entries.map(\.name)
        == own.parameters.entries.map(\.name) + ["policy.pool-other.constants"])
  }

  /// Constants are each universe's own, whatever else is shared.
  @Test(arguments: PooledExperiment.models)
  func onlyConstantsAreAUniversesOwn(_ model: SmallModel) throws {
    let problem = try PooledExperiment.problem(model.overrides)
    let (own, pooled, start) = try problem.policies(
      of: .network(seed: 0), generator: SplitMix64(seed: 1))
    #expect(own.assets == 3 && pooled.map(\.assets) == [4])
    let names = start.entries.map(\.name).filter { $0.contains("pool-other") }
    #expect(names == ["policy.pool-other.constants"])
    #expect(start["policy.pool-other.constants"]?.shape == [4])
    let alone = try SmallExperiment.problem(model.overrides).policy(
      of: .network(seed: 0), generator: SplitMix64(seed: 1)
    ).start
    for entry in alone.entries { #expect(start[entry.name] == alone[entry.name]) }
  }

  @Test func groupsOfParametersNameAUniverse() throws {
    func norm(_ rates: String) throws -> Double {
      let fitter = try fitter(
        try PooledExperiment.problem(["training.learningRates={\(rates)}", "training.epochs=3"]))
      let state = try fitter.fit(from: fitter.initialState)
      let constants = try #require(state.parameters["policy.pool-other.constants"])
      return constants.elements.reduce(0) { $0 + Double($1 * $1) }
    }
    #expect(try norm("\"constants\": 0.01") > 0)
    #expect(try norm("\"constants\": 0.01, \"pool-other\": 0") > 0)
    #expect(try norm("\"constants\": 0.01, \"pool-other.constants\": 0") == 0)
  }

  @Test func anyNumberOfThreadsAndAnyInterruptionGiveTheSameBits() throws {
    let second = PooledExperiment.prices(rows: 500, from: 10_900, seed: 3)
    let problem = try PooledExperiment.problem(
      ["training.warmStart=true"],
      pool: PooledExperiment.override(
        PooledExperiment.pool(), PooledExperiment.pool("second", "\"least\": 8, \"weight\": 0.3")),
      data: [PooledExperiment.data, second])
    let one = try SmallExperiment.run(problem)
    for threads in [2, 3, 8] {
      let many = try SmallExperiment.run(problem, threads: threads)
      #expect(many.fits.map(\.state) == one.fits.map(\.state))
      #expect(many.model.weights == one.model.weights)
    }
    // Stopped after every step and read back from its checkpoint.
    let unit = problem.units[0]
    let fitter = try Fitter(problem, unit)
    let folder = try TemporaryDirectory()
    let path = folder.path + "/fit.safetensors"
    var (state, stops) = (fitter.initialState, 0)
    while !state.isFinished {
      state = try Fitter(problem, unit).fit(from: state, pause: { true })
      try FitCheckpoint.write(state, unit: unit, origin: .test, to: path)
      state = try FitCheckpoint.read(
        path, unit: unit, origin: .test, initial: fitter.initialState)
      stops += 1
    }
    #expect(state == one.fits[0].state)
    #expect(stops > 2)
  }

  /// A failure at a pooled decision names universe and date.
  @Test func failuresNameUniverseAndDate() throws {
    let data = PooledExperiment.data
    var prices = data.prices
    for row in 0..<640 { prices[row, 1] = prices[row, 0] * (row % 2 == 0 ? 1 : 1.00001) }
    let twins = MarketData(
      dates: data.dates, assets: data.assets, prices: prices, indicatorNames: ["X"],
      indicators: data.indicators)
    func first(_ overrides: [String], _ data: [MarketData]) throws -> FitState.Epoch {
      let fitter = try fitter(
        try PooledExperiment.problem(
          ["training.epochs=1"] + overrides,
          pool: data.isEmpty ? "training.pool=[]" : PooledExperiment.other, data: data))
      return try #require(try fitter.fit(from: fitter.initialState).epochs.first)
    }
    let condition = try #require(SolverMaxima.names.firstIndex(of: "solverCondition"))
    let (own, all) = (
      try first([], []).solver.values[condition], try first([], [twins]).solver.values[condition]
    )
    #expect(all > 1.3 * own, "the hardest date is the universe's")
    let error = #expect(throws: TrainingError.self) {
      try first(["model.solver.condition=\(1.2 * own)"], [twins])
    }
    let text = error?.description ?? ""
    #expect(
      text.hasPrefix("folds/00/seed-0, epoch 0: training.pool 'other', decision of "), "\(text)")
    #expect(text.contains("the risk-budgeting solver's condition is"))
    // What names no date of its own is the universe's, too.
    for row in 0..<640 { prices[row, 1] = prices[row, 0] }
    let same = MarketData(
      dates: data.dates, assets: data.assets, prices: prices, indicatorNames: ["X"],
      indicators: data.indicators)
    let undated = #expect(throws: TrainingError.self) {
      try first(["model.risk.kind=cholesky"], [same])
    }
    #expect(
      undated?.description.hasPrefix("folds/00/seed-0, epoch 0: training.pool 'other': ") == true,
      "\(undated?.description ?? "")")
  }
}
