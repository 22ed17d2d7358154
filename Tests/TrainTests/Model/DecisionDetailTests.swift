import Autodiff
import Finance
import Layers
import Testing

@testable import Train

@Suite struct DecisionDetailTests {
  private func details(_ problem: Problem, _ mode: Mode) throws -> Set<DecisionDetail> {
    let (policy, start) = try problem.policy(
      of: .network(seed: 0), generator: SplitMix64(seed: 1))
    let decisions = policy.history..<policy.history + 8
    let scaler = try Standardizer(fitting: problem.features, decisions: Array(decisions))
    let tape = Tape()
    let inputs = DecisionInputs(
      decisions, of: problem, features: scaler.standardized(problem.features), for: policy.needs,
      on: tape)
    var pass = Pass(tape: tape, parameters: start, mode: mode)
    return Set(try policy(inputs, in: &pass).details.keys)
  }

  /// What is put together for readers alone is on no tape that trains.
  @Test(
    arguments: [
      (["model.regimes.likelihood=0.1"], [.regimes, .solver]),
      (["model.selection.width=3"], [.selection, .solver]),
      (["model.selection.kind=gates"], [.selection, .solver]),
      (["model.gate={}"], [.cash, .solver]), (["model.drawdown.horizon=8"], [.drawdowns, .solver]),
    ] as [([String], Set<DecisionDetail>)])
  func trainingRecordsNothingForReaders(overrides: [String], read: Set<DecisionDetail>) throws {
    let problem = try SmallExperiment.problem(overrides)
    let evaluated = try details(problem, .evaluation)
    #expect(evaluated.isSuperset(of: read))
    let trained = try details(problem, .training(SplitMix64(seed: 2)))
    #expect(trained == evaluated.subtracting(read))
  }
}
