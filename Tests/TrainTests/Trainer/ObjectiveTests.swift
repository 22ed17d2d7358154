import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct ObjectiveTests {
  private static let losses = [
    "sharpe", "sortino", "meanVariance", "logUtility", "cvar", "cdar", "maximumDrawdown",
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
    let weights = [1, 0.5, 2, 0.25, 3, 1.5, 0.75]
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
}
