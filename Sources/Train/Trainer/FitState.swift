internal import Autodiff
internal import Finance

/// Everything a fit in progress is: saving it and loading it continues to the same bits.
struct FitState: Sendable, Hashable {
  /// One evaluation of the losses, before the step of its epoch.
  struct Epoch: Sendable, Hashable {
    /// The loss on the training decisions, net of costs, without penalties.
    var train: Double
    /// What the step minimises: the loss with its penalties.
    var objective: Double
    /// The loss on the validation decisions.
    var validation: Double
    /// The Euclidean norm of the objective's gradient before clipping.
    var gradientNorm: Double
  }

  /// The epochs so far; the first is the untrained start.
  var epochs: [Epoch] = []
  var parameters: Parameters
  /// The parameters with the lowest validation loss so far, and their epoch.
  var best: Parameters
  var bestEpoch = 0
  var optimizer: OptimizerState
  /// The scaling of the features that the parameters were trained with.
  var scaler: Standardizer
  var isFinished = false

  init(_ parameters: Parameters, scaler: Standardizer) {
    self.scaler = scaler
    self.parameters = parameters
    best = parameters
    optimizer = OptimizerState(count: parameters.values.count)
  }

  /// Notes an evaluation, and whether it is the best so far; with `keepsLast` the latest counts as the
  /// best.
  mutating func append(_ epoch: Epoch, keepsLast: Bool = false) {
    if epochs.isEmpty || keepsLast || epoch.validation < epochs[bestEpoch].validation {
      bestEpoch = epochs.count
      best = parameters
    }
    epochs.append(epoch)
  }
}
