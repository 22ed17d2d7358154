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
