internal import Autodiff

/// What a fit trains, and what it minimises.
protocol FitTask: Sendable {
  /// What it reads for a block of decisions.
  var needs: InputNeeds { get }

  /// What it compares forecasts with.
  var targets: ForecastTargets.Kinds { get }

  /// The measure on held-out blocks that chooses the epoch.
  ///
  /// Throws a ``DecisionFailure``.
  func validation(_ blocks: [DecisionBlock], in pass: inout Pass) throws -> Variable

  /// The loss of a batch in one step of an epoch, the objective that the step minimises: the loss
  /// with its penalties and what pooled universes add, and how hard the risk-budgeting solver found the
  /// decisions.
  ///
  /// Throws a ``DecisionFailure``.
  func training(
    _ batch: TrainingBatch, at epoch: Int, in pass: inout Pass
  ) throws -> (loss: Variable, objective: Variable, solver: SolverMaxima)
}

/// A failure of a task, at a decision where one is to blame.
struct DecisionFailure: Error {
  let decision: Int?
  let underlying: any Error
}
