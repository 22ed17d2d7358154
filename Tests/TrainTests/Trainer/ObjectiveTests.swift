import Autodiff
import Finance
import Foundation
import Testing

@testable import Train

@Suite struct ObjectiveTests {
  private static let losses = [
    "sharpe", "sortino", "conditionalSharpe", "meanVariance", "logUtility", "cvar", "evar", "cdar",
    "maximumDrawdown",
  ]

  /// The losses of an untrained fold under an objective.
  private func start(_ overrides: [String]) throws -> FitState.Epoch {
    let problem = try SmallExperiment.problem(
      [
        "objective.sharpe=0", "objective.cdar=0", "objective.turnoverPenalty=0",
        "objective.priorPenalty=0", "training.epochs=1",
      ] + overrides)
    let unit = WorkUnit(fold: problem.folds[0], member: .network(seed: 0))
    let fitter = try Fitter(problem, unit)
    return try fitter.fit(from: fitter.initialState).epochs[0]
  }

  @Test("Every loss trains on its own", arguments: losses)
  func everyLossTrainsOnItsOwn(_ loss: String) throws {
    let epoch = try start(["objective.\(loss)=1"])
    #expect(epoch.train.isFinite && epoch.validation.isFinite)
    #expect(epoch.gradientNorm > 0)
    #expect(epoch.train == epoch.objective)
  }

  @Test func aMixtureIsTheWeightedSum() throws {
    let parts = try Self.losses.map { try start(["objective.\($0)=1"]).train }
    let weights = [1, 0.5, 0.5, 2, 0.25, 3, 1, 1.5, 0.75]
    let mixture = try start(zip(Self.losses, weights).map { "objective.\($0)=\($1)" }).train
    let expected = zip(parts, weights).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(mixture - expected) < (MemoryLayout<Scalar>.size == 8 ? 1e-12 : 1e-4))
  }

  /// At the untrained start budgets are equal and constant: only turnover costs something.
  @Test func penaltiesAddToTheObjectiveOnly() throws {
    let plain = try start(["objective.sharpe=1"])
    let steady = try start([
      "objective.sharpe=1", "objective.priorPenalty=5", "objective.smoothnessPenalty=5",
    ])
    #expect(abs(steady.objective - plain.objective) < 1e-6)
    let priced = try start(["objective.sharpe=1", "objective.turnoverPenalty=0.1"])
    #expect(priced.train == plain.train && priced.validation == plain.validation)
    #expect(priced.objective > plain.objective + 0.01)
  }

  /// Equal budgets of a growing universe change nothing but the universe: an asset's joining costs nothing,
  /// and every other change does.
  @Test func aListingIsNoChangeOfBudgets() throws {
    func price(_ overrides: [String], listing: Int) throws -> Double {
      let problem = try LateListing.problem(
        [
          "objective.cdar=0", "objective.turnoverPenalty=0", "objective.priorPenalty=0",
          "training.epochs=1", "objective.smoothnessPenalty=5",
        ] + overrides, listing: listing)
      let fitter = try Fitter(
        problem, WorkUnit(fold: problem.folds[0], member: .network(seed: 0)))
      let train = try #require(problem.folds[0].splits[0].trainParts.first)
      #expect(problem.availability?[train.lowerBound, 2] == false)
      #expect(problem.availability?[train.upperBound - 1, 2] == true)
      let epoch = try fitter.fit(from: fitter.initialState).epochs[0]
      return epoch.objective - epoch.train
    }
    #expect(abs(try price([], listing: 150)) < 1e-6)
    // A floor that comes and goes with an indicator moves the budgets within a universe.
    let floor =
      #"model.floorRule={"indicator":"X","above":0.5,"assets":["B"],"floor":0.6}"#
    #expect(try price([floor], listing: 150) > 0.01)
  }

  @Test("Turnover costs by its shape", arguments: ["l1", "l2", "huber"])
  func turnoverCostsByItsShape(_ shape: String) throws {
    let plain = try start(["objective.sharpe=1"])
    let priced = try start([
      "objective.sharpe=1", "objective.turnoverPenalty=1", "objective.turnoverShape=\(shape)",
    ])
    #expect(priced.train == plain.train && priced.objective > plain.objective)
    #expect(priced.gradientNorm != plain.gradientNorm)
  }

  /// A prior away from equal budgets costs the divergence of equal ones from it.
  @Test func aPriorPullsTowardsItself() throws {
    let own = try start([
      "objective.sharpe=1", "objective.priorPenalty=2", "objective.prior={\"A\":2,\"B\":1,\"C\":1}",
    ])
    let divergence = [0.5, 0.25, 0.25].reduce(0) { $0 + log(1 / 3.0 / $1) / 3 }
    #expect(abs(own.objective - own.train - 2 * divergence) < 1e-5)
    #expect(throws: ConfigError.self) { try start(["objective.prior={\"A\":2,\"D\":1}"]) }
  }

  @Test func weightsMoveLinearlyToTheirOwnValues() throws {
    let problem = try SmallExperiment.problem([
      "objective.sharpe=1", "objective.cdar=0", "objective.turnoverPenalty=0.2",
      "objective.priorPenalty=0", "objective.annealing.epochs=4",
      "objective.annealing.from={\"turnoverPenalty\":0,\"sharpe\":3}", "training.epochs=6",
      "training.patience=6", "training.learningRate=1e-8", "training.learningRates={}",
      "training.clipNorm=1e-8",
    ])
    let fitter = try Fitter(
      problem, WorkUnit(fold: problem.folds[0], member: .network(seed: 0)))
    let epochs = try fitter.fit(from: fitter.initialState).epochs
    try #require(epochs.count == 7)
    let ratios = epochs.map { $0.train / epochs[6].train }
    for (ratio, expected) in zip(ratios, [3, 2.5, 2, 1.5, 1, 1, 1]) {
      #expect(abs(ratio - expected) < 1e-4)
    }
    let prices = epochs.map { $0.objective - $0.train }
    for (price, share) in zip(prices, [0, 0.25, 0.5, 0.75, 1, 1, 1]) {
      #expect(abs(price - share * prices[6]) < 1e-4)
    }
    // The validation keeps its own weights all along.
    #expect(epochs.allSatisfy { abs($0.validation - epochs[0].validation) < 1e-4 })
  }
}
