internal import Autodiff
internal import Finance
internal import Layers

/// Trains a policy on what its portfolios earn.
struct PolicyTask: FitTask {
  let policy: Policy
  private let objective: Objective
  private let auxiliary: AuxiliaryLoss

  var needs: InputNeeds { policy.needs }
  var targets: ForecastTargets.Kinds { auxiliary.targets }

  init(_ policy: Policy, of problem: Problem) {
    self.policy = policy
    objective = Objective(problem)
    auxiliary = AuxiliaryLoss(problem.experiment.model)
  }

  func validation(_ blocks: [DecisionBlock], in pass: inout Pass) throws -> Variable {
    objective.validation(try outcome(blocks, in: &pass))
  }

  func training(
    _ blocks: [DecisionBlock], at epoch: Int, in pass: inout Pass
  ) throws -> (loss: Variable, objective: Variable, solver: SolverMaxima) {
    let outcome = try outcome(blocks, in: &pass)
    let loss = objective.loss(outcome, at: epoch)
    let regularised = objective.regularised(loss, outcome, at: epoch)
    let total = outcome.auxiliary.map { regularised + $0 } ?? regularised
    return (loss, total, outcome.solver)
  }

  /// Runs the policy and the backtest over some blocks, in one pass.
  private func outcome(_ blocks: [DecisionBlock], in pass: inout Pass) throws -> BatchOutcome {
    var parts:
      [(block: DecisionBlock, decision: Policy.Decision, earned: PortfolioReturns.Outcome)] = []
    for block in blocks {
      do {
        var decision = try policy(block.inputs, in: &pass)
        decision.auxiliary = auxiliary(decision, block.targets)
        parts.append((block, decision, try block.portfolio(decision.weights)))
      } catch let error as DatedError {
        throw DecisionFailure(
          decision: block.decisions.lowerBound + error.date, underlying: error.underlying)
      } catch let error as PortfolioPathError {
        throw DecisionFailure(decision: nil, underlying: error)
      }
    }
    return BatchOutcome(parts)
  }
}
