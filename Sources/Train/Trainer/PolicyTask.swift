internal import Autodiff
internal import Finance
internal import Layers

/// Trains a policy on what its portfolios earn.
struct PolicyTask: FitTask {
  let policy: Policy
  private let objective: Objective
  private let auxiliary: AuxiliaryLoss
  /// What the same network does for pooled universes.
  private let pooled: [(universe: PooledUniverse, task: PolicyTask)]

  var needs: InputNeeds { policy.needs }
  var targets: ForecastTargets.Kinds { auxiliary.targets }

  /// `pooled` are the policies of the pooled universes of the problem.
  init(_ policy: Policy, pooled: [Policy] = [], of problem: Problem) {
    self.policy = policy
    objective = Objective(problem)
    auxiliary = AuxiliaryLoss(problem.experiment.model)
    self.pooled = zip(pooled, problem.pool).map { ($1, PolicyTask($0, of: $1.problem)) }
  }

  func validation(_ blocks: [DecisionBlock], in pass: inout Pass) throws -> Variable {
    objective.validation(try outcome(blocks, in: &pass))
  }

  /// `L + Σ_u λ_u L_u`: the objective on the experiment's own decisions, then on those of every pooled
  /// universe, in their order, times its weight; the loss is that on the own decisions.
  func training(
    _ batch: TrainingBatch, at epoch: Int, in pass: inout Pass
  ) throws -> (loss: Variable, objective: Variable, solver: SolverMaxima) {
    let own = try terms(batch.blocks, at: epoch, in: &pass)
    var (total, solver) = (own.objective, own.solver)
    for ((universe, task), blocks) in zip(pooled, batch.pooled) where !blocks.isEmpty {
      do {
        let other = try task.terms(blocks, at: epoch, in: &pass)
        let weight = universe.settings.weight
        total =
          total + (weight == 1 ? other.objective : other.objective.scaled(by: Scalar(weight)))
        solver.add(other.solver)
      } catch { throw universe.failure(error) }
    }
    return (own.loss, total, solver)
  }

  private func terms(
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

extension PooledUniverse {
  /// A failure as the experiment sees it: a decision of the universe is none of its own.
  fileprivate func failure(_ error: any Error) -> DecisionFailure {
    let failure = error as? DecisionFailure
    let date = failure?.decision.map { ", decision of \(problem.date($0))" } ?? ""
    return DecisionFailure(
      decision: nil,
      underlying: ExperimentError(
        "training.pool '\(settings.name)'\(date): \(failure?.underlying ?? error)"))
  }
}
