import Autodiff
import Finance
import Layers
import TestSupport
import Testing

@Suite struct ScenarioRiskBudgetTests {
  private static let measures: [ScenarioRiskBudgetSolver.Measure] = [
    .cvar(confidence: 0.85), .cdar(confidence: 0.85), .evar(confidence: 0.8), .semiDeviation,
    .meanAbsoluteDeviation, .edar(confidence: 0.8),
  ]

  /// Two dates of 30 scenarios of four assets, in percent.
  private static let scenarios = randomTensor([2, 30, 4], seed: 6, shift: -0.1)
  private static let budgets = Tensor(
    converting: [0.3, 0.2, 0.3, 0.2, 0.1, 0.4, 0.3, 0.2], shape: [2, 4])

  @Test(arguments: measures)
  func gradientsMatchDifferences(_ measure: ScenarioRiskBudgetSolver.Measure) throws {
    // Single precision moves scenarios across ties within a difference's step.
    guard MemoryLayout<Scalar>.size == 8 else { return }
    try expectGradients(of: [Self.scenarios, Self.budgets]) {
      try ScenarioRiskBudget(measure)(scenarios: $0[0], budgets: $0[1])
    }
  }

  @Test(arguments: measures)
  func sharesOfTheRiskAreTheBudgets(_ measure: ScenarioRiskBudgetSolver.Measure) throws {
    let returns = Matrix(
      rows: 30, columns: 4, elements: Self.scenarios.elements[..<120].map { Double($0) })
    let solution = try ScenarioRiskBudgetSolver(measure).solve(
      returns: returns, budgets: [3, 0, 4, 3])
    #expect(solution.weights[1] == 0 && solution.riskContributions[1] == 0)
    for (share, budget) in zip(solution.riskContributions, [0.3, 0, 0.4, 0.3]) {
      #expect((share - budget).magnitude < 1e-8)
    }
    let gradient = solution.gradient(cotangent: [1, 2, 3, 4])
    #expect(gradient.budgets[1] == 0 && (0..<30).allSatisfy { gradient.returns[$0, 1] == 0 })
    // Only proportions of budgets matter.
    let along = zip(gradient.budgets, [3.0, 0, 4, 3]).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(along.magnitude < 1e-8)
  }

  @Test(arguments: [2, 3, 8])
  func threadsDoNotChangeTheBits(_ threads: Int) throws {
    func run(_ pool: ThreadPool?) throws -> [Tensor] {
      let tape = Tape(threads: pool)
      let (x, b) = (tape.variable(Self.scenarios), tape.variable(Self.budgets))
      let weights = try ScenarioRiskBudget(.evar(confidence: 0.8))(scenarios: x, budgets: b)
      tape.backward(from: weights, cotangent: randomTensor([2, 4], seed: 1))
      return [weights.tensor, tape.gradient(of: x), tape.gradient(of: b)]
    }
    #expect(try run(nil) == run(ThreadPool(threads: threads)))
  }

  /// A portfolio without risk is told in terms of all assets, the excluded ones too.
  @Test func whatIsExcludedCountsInMessages() {
    var returns = Matrix(rows: 20, columns: 3, repeating: 0.01)
    for t in 0..<20 { returns[t, 2] = 0.01 + 0.001 * Double(t % 5) }
    let error = #expect(throws: RiskMeasureError.self) {
      try ScenarioRiskBudgetSolver(.cvar(confidence: 0.8)).solve(
        returns: returns, budgets: [0, 1, 1])
    }
    guard case .riskNotPositive(let weights, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(weights.count == 3 && weights[0] == 0 && weights[1] > 0)
  }

  @Test func aDateWithoutSolutionIsNamed() {
    let tape = Tape()
    var broken = Self.scenarios
    broken.elements[130] = .nan
    let error = #expect(throws: DatedError.self) {
      try ScenarioRiskBudget(.semiDeviation)(
        scenarios: tape.constant(broken), budgets: tape.constant(Self.budgets))
    }
    #expect(error?.date == 1 && error?.underlying is RiskMeasureError)
  }
}
