import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct RunResultTests {
  @Test func everyStrategyIsLongOnlyInvestedAndOnTheSameRows() throws {
    let problem = try SmallExperiment.problem()
    let result = try SmallExperiment.run(problem)
    #expect(
      result.strategies.map(\.key) == [
        "model", "equal-weight", "inverse-volatility", "risk-parity", "minimum-variance",
        "constant-budgets",
      ])
    for strategy in result.strategies + result.members {
      #expect(strategy.weights.rows == problem.tested.count)
      for row in 0..<strategy.weights.rows {
        let weights = strategy.weights.row(row)
        #expect(weights.allSatisfy { $0 >= 0 })
        #expect(abs(weights.reduce(0, +) - 1) < 1e-6)
        #expect(abs(strategy.riskContributions.row(row).reduce(0, +) - 1) < 1e-9)
      }
      #expect(strategy.path.returns.count == problem.span(of: problem.tested).rows.count)
    }
    #expect(result.members.count == 2)
  }

  @Test func theModelIsTheAverageOfItsMembersAndBudgetsKeepTheirBounds() throws {
    let result = try SmallExperiment.run(try SmallExperiment.problem())
    for (index, weight) in result.model.weights.elements.enumerated() {
      let mean = result.members.map { $0.weights.elements[index] }.reduce(0, +) / 2
      #expect(abs(weight - mean) < 1e-12)
    }
    for budget in result.model.budgets?.elements ?? [.nan] {
      #expect(budget >= 0.1 / 3 - 1e-6 && budget <= 2.5 / 3 + 1e-6)
    }
  }

  /// An untrained policy holds equal risk.
  @Test func theUntrainedStartIsRiskParity() throws {
    let problem = try SmallExperiment.problem(["training.epochs=1", "baselines=[\"risk-parity\"]"])
    let fold = problem.folds[0]
    let fitter = try Fitter(problem, WorkUnit(fold: fold, member: .network(seed: 0)))
    let start = try fitter.decide(fold.test, fitter.initialState.parameters)
    let parity = try SmallExperiment.run(problem).baselines[0]
    for (a, b) in zip(start.weights.elements, parity.weights.elements) {
      #expect(abs(a - b) < (MemoryLayout<Scalar>.size == 8 ? 1e-12 : 1e-5))
    }
  }

  /// Early stopping keeps the epoch with the lowest validation loss, the start included.
  @Test func theBestEpochHasTheLowestValidationLoss() throws {
    let problem = try SmallExperiment.problem(["training.epochs=12", "training.patience=3"])
    for fit in try SmallExperiment.run(problem).fits {
      let losses = fit.state.epochs.map(\.validation)
      #expect(losses[fit.state.bestEpoch] == losses.min())
      #expect(losses.count <= 13 && losses.count - 1 - fit.state.bestEpoch <= 3)
    }
  }

  /// Without early stopping the last epoch decides, however bad its validation.
  @Test func theLastEpochIsKeptWhereWanted() throws {
    let problem = try SmallExperiment.problem([
      "training.epochs=6", "training.patience=1", "training.keep=last",
    ])
    for fit in try SmallExperiment.run(problem).fits {
      #expect(fit.state.epochs.count == 7 && fit.state.bestEpoch == 6)
      #expect(fit.state.best == fit.state.parameters)
    }
  }

  /// Scalers see the training decisions only: other validation and test features change nothing.
  @Test func trainingLearns() throws {
    let problem = try SmallExperiment.problem([
      "training.epochs=40", "training.patience=40", "objective.cdar=0", "objective.priorPenalty=0",
      "objective.turnoverPenalty=0",
    ])
    let fitter = try Fitter(
      problem, WorkUnit(fold: problem.folds[0], member: .network(seed: 0)))
    let state = try fitter.fit(from: fitter.initialState)
    #expect(state.epochs[40].train < state.epochs[0].train - 0.05)
  }

  /// Four groups, two tested at a time: every decision in three folds, so three paths.
  @Test func combinatorialPathsCoverAllDecisions() throws {
    let problem = try SmallExperiment.problem([
      "folds.scheme=combinatorial", "folds.groups=4", "folds.testedGroups=2",
      "folds.validation=8", "training.epochs=2", "training.seeds=1",
    ])
    #expect(problem.folds.count == 6)
    let result = try SmallExperiment.run(problem)
    #expect(result.model.weights.rows == problem.tested.count)
    let paths = try result.paths()
    #expect(paths.count == 3)
    for row in 0..<problem.tested.count {
      for i in 0..<problem.assetCount {
        let mean = paths.reduce(0) { $0 + $1.weights[row, i] / 3 }
        #expect(abs(mean - result.model.weights[row, i]) < 1e-9)
      }
    }
    for outcome in try LeakTest(problem: problem).run() { #expect(outcome.differences.isEmpty) }
    #expect(try SmallExperiment.run(try SmallExperiment.problem()).paths().isEmpty)
  }

  /// A decision that several folds test has the worst of the solver's numbers, which are counts still.
  ///
  /// A rule has no paths.
  @Test func whatSeveralFoldsSayIsNotAveragedBlindly() throws {
    let folds = [
      "folds.scheme=combinatorial", "folds.groups=4", "folds.testedGroups=2",
      "folds.validation=8", "training.epochs=2", "training.seeds=1",
    ]
    let problem = try SmallExperiment.problem(
      folds + ["model.regimes={\"count\": 2}", "features.market=[\"indicator(X)\"]"])
    let model = try SmallExperiment.run(problem).model
    let regimes = try #require(model.details[.regimes])
    #expect(regimes.columns == ["regime 1", "regime 2"])
    for row in 0..<regimes.values.rows {
      #expect(abs(regimes.values.row(row).reduce(0, +) - 1) < 1e-5)
    }
    let solver = try #require(model.details[.solver])
    #expect(solver.values.rows == problem.tested.count)
    for row in 0..<solver.values.rows {
      let steps = solver.values[row, 0]
      #expect(steps >= 1 && steps == steps.rounded())
    }
    let rule = try SmallExperiment.problem(folds + ["strategy=\"risk-parity\""])
    #expect(try SmallExperiment.run(rule).paths().isEmpty)
  }
}
