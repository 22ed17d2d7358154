internal import Autodiff
internal import Finance

/// Everything a fit in progress is: saving it and loading it continues to the same bits.
///
/// Random streams have no state of their own: each is split by name from the seed, the unit and
/// the epoch, so that the cursor says where they stand.
struct FitState: Sendable, Hashable {
  /// One epoch: the losses of its steps, each before the step.
  struct Epoch: Sendable, Hashable {
    /// The mean loss on the training decisions, net of costs, without penalties.
    var train: Double
    /// What the steps minimise: the loss with its penalties.
    var objective: Double
    /// The measure on the validation decisions, before the first step.
    var validation: Double
    /// The largest Euclidean norm of the objective's gradient before clipping.
    var gradientNorm: Double
    /// The risk-budgeting solver's largest numbers over the training decisions.
    var solver = SolverMaxima()

    /// What the numbers of an epoch are called.
    static let names = ["train", "objective", "validation", "gradientNorm"] + SolverMaxima.names

    /// In the order of the names.
    var numbers: [Double] { [train, objective, validation, gradientNorm] + solver.values }

    init(validation: Double) {
      (train, objective, self.validation, gradientNorm) = (0, 0, validation, 0)
    }

    /// From numbers in the order of the names.
    init(numbers: [Double]) {
      (train, objective, validation, gradientNorm) = (
        numbers[0], numbers[1], numbers[2], numbers[3]
      )
      solver = SolverMaxima(values: Array(numbers[4...]))
    }
  }

  /// The epochs so far; the first is the untrained start.
  var epochs: [Epoch] = []
  /// The epoch under way, with sums over its first `step` batches; nil between two epochs.
  var pending: Epoch?
  /// The next batch of the epoch under way.
  var step = 0
  var parameters: Parameters
  /// The parameters with the lowest validation loss so far, and their epoch.
  var best: Parameters
  var bestEpoch = 0
  /// The lowest validation loss.
  var bestValidation = Double.infinity
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

  /// Begins an epoch with the validation of its parameters, and notes whether they are the best; with
  /// `keepsLast` the latest always count as the best.
  mutating func beginEpoch(validation: Double, keepsLast: Bool = false) {
    if epochs.isEmpty || keepsLast || validation < bestValidation {
      bestEpoch = epochs.count
      bestValidation = validation
      best = parameters
    }
    pending = Epoch(validation: validation)
    step = 0
  }

  /// Adds a batch that holds `share` of the training decisions.
  mutating func add(
    train: Double, objective: Double, gradientNorm: Double, solver: SolverMaxima, share: Double
  ) {
    guard var epoch = pending else { return }
    epoch.train += share * train
    epoch.objective += share * objective
    epoch.gradientNorm = max(epoch.gradientNorm, gradientNorm)
    epoch.solver.add(solver)
    pending = epoch
    step += 1
  }

  /// The last epoch in a few words, for the terminal.
  var summary: String {
    guard let last = epochs.last else { return "epoch 0" }
    return
      "epoch \(epochs.count - 1): train \(NumberText.fixed(last.train, digits: 3)), validation "
      + "\(NumberText.fixed(last.validation, digits: 3)) (best \(bestEpoch))"
  }

  /// The last epoch for scripts, as in `metrics.jsonl`.
  var details: [(String, JSONValue)] {
    guard let last = epochs.last else { return [] }
    return [
      ("epoch", JSONValue(epochs.count - 1)), ("train", JSONValue(last.train)),
      ("objective", JSONValue(last.objective)), ("validation", JSONValue(last.validation)),
      ("gradientNorm", JSONValue(last.gradientNorm)), ("bestEpoch", JSONValue(bestEpoch)),
    ]
  }

  /// Ends the epoch under way.
  mutating func endEpoch() {
    if let pending { epochs.append(pending) }
    pending = nil
    step = 0
  }
}
