import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct SolverLimitsTests {
  @Test func everyDecisionSaysHowTheSolverFared() throws {
    let result = try SmallExperiment.run(try SmallExperiment.problem(["training.seeds=1"]))
    let table = try #require(result.model.details[.solver])
    #expect(
      table.columns == ["iterations", "decrement", "residual", "condition", "weaklyActiveBounds"])
    #expect(table.values.rows == result.problem.tested.count)
    #expect(table.values.column(0).allSatisfy { $0 >= 1 && $0 == $0.rounded() })
    #expect(table.values.column(2).allSatisfy { $0 < 1e-8 })
    #expect(table.values.column(3).allSatisfy { $0 >= 1 })
  }

  @Test func ensemblesKeepEachMembersNumbers() throws {
    let result = try SmallExperiment.run(try SmallExperiment.problem())
    let table = try #require(result.model.details[.solver])
    #expect(table.columns.count == 10 && table.columns[0] == "seed-0 iterations")
  }

  /// Each limit on its own ends the training with its name, what was found, and the limit.
  @Test(arguments: [
    ("iterations", "1", []), ("decrement", "1e-300", []), ("residual", "1e-300", []),
    ("condition", "1.0001", []),
    (
      // The equal budgets of the start meet this bound without needing it.
      "weaklyActiveBounds", "0",
      [
        "model.budgets.groups=[{\"name\":\"g\",\"assets\":[\"A\",\"B\"],"
          + "\"maximum\":0.6666666666666666}]"
      ]
    ),
  ])
  func anExperimentFailsOnEachLimit(_ key: String, _ limit: String, _ others: [String]) throws {
    guard MemoryLayout<Scalar>.size == 8 else { return }
    #expect(throws: Never.self) {
      try SmallExperiment.run(try SmallExperiment.problem(others + ["training.seeds=1"]))
    }
    let problem = try SmallExperiment.problem(others + ["model.solver.\(key)=\(limit)"])
    let error = #expect(throws: TrainingError.self) { try SmallExperiment.run(problem) }
    let message = try #require(error.map { "\($0)" })
    #expect(message.contains("the risk-budgeting solver's \(key) is"))
    #expect(message.contains("above model.solver.\(key) "))
  }

  /// The epochs keep the largest numbers over their training decisions.
  @Test func epochsKeepTheMaxima() throws {
    let problem = try SmallExperiment.problem(["training.seeds=1"])
    let result = try SmallExperiment.run(problem)
    for fit in result.fits where fit.unit.member == .network(seed: 0) {
      #expect(!fit.state.epochs.isEmpty)
      for epoch in fit.state.epochs {
        let values = epoch.solver.values
        #expect(values[0] >= 1 && values[1] > 0 && values[3] >= 1 && values[4] == 0)
      }
    }
    // By hand for the untrained start, whose budgets are equal.
    let fold = problem.folds[0]
    let fit = try #require(
      result.fits.first { $0.unit.fold == fold && $0.unit.member == .network(seed: 0) })
    let found = try fold.splits[0].trainParts.flatMap { Array($0) }.map {
      try RiskBudgetSolver(roundingUnit: Double(Scalar.ulpOfOne)).solve(
        covariance: problem.covariance(ofDecision: $0), budgets: [1, 1, 1]
      ).diagnostics
    }
    let own = SolverMaxima(found).values
    // Covariances on the tape have the tape's precision.
    let apart = (fit.state.epochs[0].solver.values[0] - own[0]).magnitude
    #expect(apart <= (MemoryLayout<Scalar>.size == 8 ? 0 : 1))
    #expect((fit.state.epochs[0].solver.values[3] / own[3] - 1).magnitude < 1e-5)
  }

  @Test func anExperimentCanFailOnThem() throws {
    let problem = try SmallExperiment.problem(["model.solver.condition=1.0001"])
    let error = #expect(throws: TrainingError.self) { try SmallExperiment.run(problem) }
    let message = try #require(error.map { "\($0)" })
    #expect(message.contains("the risk-budgeting solver's condition is"))
    #expect(message.contains("above model.solver.condition 1.0001"))
  }

  @Test func withinTheLimitsNothingChanges() throws {
    let plain = try SmallExperiment.run(try SmallExperiment.problem())
    let limited = try SmallExperiment.run(
      try SmallExperiment.problem([
        "model.solver.condition=1000", "model.solver.iterations=100", "model.solver.residual=1e-8",
        "model.solver.decrement=1",
      ]))
    #expect(plain.model.weights == limited.model.weights)
  }

  @Test func theFirstDateBeyondALimitIsNamed() throws {
    let limits = try SmallExperiment.experiment([
      "model.solver.iterations=4", "model.solver.residual=1e-9",
    ]).model.solver
    func found(_ iterations: Int, _ residual: Double) -> RiskBudgetDiagnostics {
      RiskBudgetDiagnostics(
        iterations: iterations, decrement: 0, residual: residual, condition: 1)
    }
    #expect(limits.violation([found(4, 0), found(3, 1e-9)]) == nil)
    let violation = try #require(limits.violation([found(4, 0), found(2, 1e-8), found(9, 0)]))
    #expect(violation.date == 1)
    #expect(
      violation.problem
        == "the risk-budgeting solver's residual is 1e-08, above model.solver.residual 1e-09")
    #expect(limits.violation([found(5, 0)])?.problem.contains("iterations is 5.0") == true)
    #expect(limits.violation([found(1, .nan)]) != nil)
  }
}
