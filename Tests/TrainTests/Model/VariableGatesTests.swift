import Autodiff
import Finance
import Foundation
import Testing

@testable import Train

@Suite struct VariableGatesTests {
  private let gates = ["model.selection={\"kind\":\"gates\",\"penalty\":0.3}"]

  /// Φ(½ / ½), the probability that an untrained gate is open.
  private let open = 0.841_344_746_068_542_9

  private func start(_ overrides: [String], _ member: Member = .network(seed: 0)) throws
    -> FitState.Epoch
  {
    let problem = try SmallExperiment.problem(
      ["objective.turnoverPenalty=0", "objective.priorPenalty=0", "training.epochs=1"] + overrides)
    let fitter = try Fitter(problem, WorkUnit(fold: problem.folds[0], member: member))
    return try fitter.fit(from: fitter.initialState).epochs[0]
  }

  /// Gates cost in training alone, beside what other blocks add: two variables of each asset and two of the
  /// market are priced once each.
  @Test func openGatesArePricedInTheObjectiveAlone() throws {
    let own = try start(gates)
    #expect(abs(own.objective - own.train - 0.3 * 4 * open) < 1e-5)
    let free = try start(["model.selection={\"kind\":\"gates\",\"penalty\":0}"])
    #expect(free.objective == free.train)
    #expect(free.validation == own.validation)
    let filtered = ["model.regimes.likelihood=0.1", "model.regimes.budgets=network"]
    let both = try start(gates + filtered)
    let regimes = try start(filtered)
    #expect(
      abs(both.objective - both.train - (regimes.objective - regimes.train) - 0.3 * 4 * open) < 1e-5
    )
    let joint = try start(gates + ["model.scorer=joint"])
    #expect(abs(joint.objective - joint.train - 0.3 * 8 * open) < 1e-5)
    let forecaster = try start(
      gates + ["baselines=[\"forecast-risk-parity\"]"], .forecaster(.risk, seed: 0))
    #expect(abs(forecaster.objective - forecaster.train - 0.3 * 4 * open) < 1e-5)
  }

  @Test func howFarGatesAreOpenIsKept() throws {
    let problem = try SmallExperiment.problem(
      gates + ["training.learningRates.selection=0.05", "training.keep=last"])
    let result = try SmallExperiment.run(problem)
    let table = try #require(result.model.details[.selection])
    #expect(table.columns == problem.features.assetNames + problem.features.marketNames)
    #expect(table.values.rows == problem.tested.count)
    #expect(table.values.elements.allSatisfy { (0...1).contains($0) && $0 != 0.5 })
    let first = problem.folds[0].test.count
    for row in 1..<first { #expect(table.values.row(row) == table.values.row(0)) }
    #expect(table.values.row(first) != table.values.row(0))
  }

  /// Where an indicator tells next week's volatility and another is noise, one gate stays open.
  @Test func onlyWhatPaysStaysOpen() throws {
    let experiment = try SmallExperiment.experiment([
      "baselines=[\"forecast-risk-parity\"]", "model.sequence.kind=none",
      "features={\"asset\":[],\"market\":[\"indicator(X)\",\"indicator(Y)\",\"indicator(Z)\"]}",
      "training.epochs=150", "training.keep=last", "training.patience=1000",
      "training.learningRate=0.02", "model.selection={\"kind\":\"gates\",\"penalty\":0.05}",
      "folds.firstTest=2010-06-01",
    ])
    let dates = CalendarDate.weekdays(from: CalendarDate(days: 10_957), count: 3000)
    var prices = Matrix(rows: dates.count, columns: 3, repeating: 100)
    var indicators = Matrix(rows: dates.count, columns: 3)
    var generator = SplitMix64(seed: 5)
    let noise = generator.normals(dates.count * 6)
    var level = 0.0
    for row in dates.indices {
      for asset in 0..<3 where row > 0 {
        let shock = 0.01 * exp(level) * noise[row * 6 + asset]
        prices[row, asset] = prices[row - 1, asset] * (1 + shock)
      }
      level = 0.9 * level + 0.4 * noise[row * 6 + 3]
      indicators[row, 0] = level
      indicators[row, 1] = noise[row * 6 + 4]
      indicators[row, 2] = noise[row * 6 + 5]
    }
    let data = MarketData(
      dates: dates, assets: ["A", "B", "C"], prices: prices,
      cashLevels: [Double](repeating: 100, count: dates.count), indicatorNames: ["X", "Y", "Z"],
      indicators: indicators)
    let problem = try Problem(experiment, data: data)
    let unit = WorkUnit(fold: problem.folds[0], member: .forecaster(.risk, seed: 0))
    let fitter = try Fitter(problem, unit)
    let state = try fitter.fit(from: fitter.initialState)
    let entry = try #require(
      state.parameters.entries.first { $0.name == "forecaster.selection.means" })
    let means = Array(state.parameters.values[entry.range])
    #expect(means[0] > 0.5 && means[1] < 0.1 && means[2] < 0.1, "\(means)")
  }
}
