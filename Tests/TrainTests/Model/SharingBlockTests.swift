import Autodiff
import Finance
import Layers
import TestSupport
import Testing

@testable import Train

/// Measures of risk beside the volatility, and groups of budgets, as an experiment composes them.
@Suite struct SharingBlockTests {
  private static let drawdowns = [
    "model.measure={\"kind\":\"edar\",\"confidence\":0.8,\"rows\":60}", "model.sequence.kind=none",
  ]
  private static let groups = [
    "model.budgets.groups=[{\"name\":\"ac\",\"assets\":[\"A\",\"C\"],\"maximum\":0.5},"
      + "{\"name\":\"c\",\"assets\":[\"C\"],\"minimum\":0.1}]"
  ]

  /// The policy of a config with parameters that are not its start, and its inputs.
  private func setUp(
    _ overrides: [String], _ decisions: Range<Int>
  ) throws -> (problem: Problem, policy: Policy, parameters: Parameters, features: FeatureTensors) {
    let problem = try SmallExperiment.problem(overrides)
    let (policy, start) = try problem.policy(
      of: .network(seed: 0), generator: SplitMix64(seed: 0))
    var parameters = start
    for (k, shift) in randomTensor(Shape(parameters.values.count), seed: 5, scale: 0.4).elements
      .enumerated()
    {
      parameters.values[k] += shift
    }
    let scaler = try Standardizer(
      fitting: problem.features,
      decisions: problem.folds[0].splits[0].trainParts.flatMap { Array($0) },
      clip: 4)
    return (problem, policy, parameters, scaler.standardized(problem.features))
  }

  /// Every parameter's derivative of a weighted sum of weights, through groups and measure.
  @Test(arguments: [
    drawdowns, groups, drawdowns + groups,
    ["model.measure.kind=evar", "model.measure.confidence=0.8", "model.measure.rows=50"],
  ])
  func gradientsMatchDifferences(_ overrides: [String]) throws {
    guard MemoryLayout<Scalar>.size == 8 else { return }
    let decisions = 12..<16
    let (problem, policy, start, features) = try setUp(overrides, decisions)
    let cotangent = randomTensor(Shape(decisions.count, 3), seed: 9)
    func run(_ parameters: Parameters, gradient: UnsafeMutablePointer<[Scalar]>?) throws -> Double {
      let tape = Tape()
      let inputs = DecisionInputs(
        decisions, of: problem, features: features, for: policy.needs, on: tape)
      var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
      let weights = try policy(inputs, in: &pass).weights
      let loss = zip(weights.tensor.elements, cotangent.elements).reduce(0) {
        $0 + Double($1.0) * Double($1.1)
      }
      if let gradient {
        tape.backward(from: weights, cotangent: cotangent)
        pass.copyGradients(into: &gradient.pointee)
      }
      return loss
    }
    var gradient = [Scalar](repeating: 0, count: start.values.count)
    _ = try withUnsafeMutablePointer(to: &gradient) { try run(start, gradient: $0) }
    #expect(gradient.contains { $0.magnitude > 1e-4 })
    for k in start.values.indices {
      var (up, down) = (start, start)
      up.values[k] += 1e-5
      down.values[k] -= 1e-5
      let slope = (try run(up, gradient: nil) - run(down, gradient: nil)) / 2e-5
      #expect((slope - Double(gradient[k])).magnitude < 2e-7, "\(start.name(at: k) ?? "")")
    }
  }

  @Test func groupsHoldOnEveryDecision() throws {
    let decisions = 10..<40
    let (problem, policy, parameters, features) = try setUp(Self.groups, decisions)
    let decided = try policy.decide(
      decisions, of: problem, features: features, parameters: parameters)
    let free = try setUp([], decisions)
    let unbounded = try free.policy.decide(
      decisions, of: free.problem, features: free.features, parameters: free.parameters)
    let rounding = 16 * Double(Scalar.ulpOfOne)
    for d in 0..<decisions.count {
      let b = Array(decided.budgets.row(d))
      #expect(b[0] + b[2] <= 0.5 + rounding && b[2] >= 0.1 - rounding)
      #expect((b.reduce(0, +) - 1).magnitude < rounding)
    }
    #expect(decided.budgets != unbounded.budgets)
  }

  /// The scenarios of a decision are the latest rows up to its own, oldest first.
  @Test func weightsAreTheSolversOnTheLatestRows() throws {
    let decisions = 20..<23
    let (problem, policy, parameters, features) = try setUp(Self.drawdowns, decisions)
    let decided = try policy.decide(
      decisions, of: problem, features: features, parameters: parameters)
    #expect(decided.details[.solver] == nil)
    for (d, decision) in decisions.enumerated() {
      let row = problem.rows[decision]
      let returns = problem.data.returns.elements[(row - 59) * 3..<(row + 1) * 3]
      let solution = try ScenarioRiskBudgetSolver(.edar(confidence: 0.8)).solve(
        returns: Matrix(rows: 60, columns: 3, elements: Array(returns)),
        budgets: Array(decided.budgets.row(d)))
      for i in 0..<3 {
        #expect(
          (decided.weights[d, i] - solution.weights[i]).magnitude
            < (MemoryLayout<Scalar>.size == 8 ? 1e-12 : 1e-4))
      }
    }
  }

  @Test func theFirstDecisionHasItsScenarios() throws {
    let plain = try SmallExperiment.problem()
    let late = try SmallExperiment.problem(["model.measure.kind=mad", "model.measure.rows=90"])
    #expect(plain.rows[0] < 89 && late.rows[0] >= 90)
  }

  @Test func checkPrintsThem() throws {
    let blocks = try SmallExperiment.problem(Self.drawdowns + Self.groups).checkModel()
    #expect(
      blocks.first { $0.name == "budgets.groups" }?.kind
        == "the nearest within ac 0.0…0.5, c 0.1…1.0")
    #expect(
      blocks.first { $0.name == "solver" }?.kind
        == "budgeting edar at 0.8 of 60 rows, exact gradient")
  }
}
