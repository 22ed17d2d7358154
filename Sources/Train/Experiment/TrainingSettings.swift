internal import Autodiff

/// How the network is trained.
struct TrainingSettings: Sendable {
  enum OptimizerName: String, Sendable, CaseIterable {
    case adam
    case adamw
    case sgd
    case rmsprop
    case lbfgs
  }

  enum Keep: String, Sendable, CaseIterable {
    /// The epoch with the lowest validation loss.
    case best
    /// The last epoch: no early stopping.
    case last
  }

  var optimizer: OptimizerName
  /// The momentum of `sgd`.
  var momentum: Double
  var schedule: LearningRateSchedule
  /// The largest number of passes over the training decisions.
  var epochs: Int
  /// Epochs without a better validation after which training stops.
  var patience: Int
  /// What chooses the epoch on the validation decisions.
  var validation: ValidationMeasure
  /// Decisions per step, in contiguous blocks; nil takes the whole training part in one step.
  var block: Int?
  /// Which epoch's parameters decide.
  var keep: Keep
  var learningRate: Double
  /// Rates of parameter groups, by components of parameter names.
  var learningRates: [(name: String, value: Double)]
  var weightDecay: Double
  /// Weight decays of parameter groups.
  var weightDecays: [(name: String, value: Double)]
  /// Gradients longer than this are shortened to it.
  var clipNorm: Double
  /// An objective that rises so far above its lowest value has diverged.
  var divergence: Double
  /// Whether a fold starts from the parameters that the fold before it ended with.
  var warmStart: Bool
  /// Networks trained from different starts; their weights are averaged.
  var seeds: Int
  /// Universes whose decisions the network is also trained on.
  var pool: [PoolSettings]
  /// Epochs between two checkpoints of a fold in progress.
  var checkpointEvery: Int
  /// Checkpoints kept of each network.
  var checkpointsKept: Int

  init(_ reader: ConfigReader) {
    optimizer = reader.about(
      "the rule of the steps; lbfgs is for small models without dropout, on the whole training part"
    )
    .choice("optimizer", default: .adamw)
    momentum = reader.about("momentum of sgd").double("momentum", default: 0.9, in: 0..<1)
    schedule = reader.object("schedule") { reader in
      LearningRateSchedule(
        shape: reader.about("how learning rates change over the epochs")
          .choice("shape", default: LearningRateSchedule.Shape.constant),
        warmup: reader.about("epochs over which rates first rise linearly")
          .int("warmup", default: 0, in: 0...1_000_000),
        floor: reader.about("the smallest factor that the shape falls to")
          .double("floor", default: 0, in: 0...1),
        patience: reader.about("epochs without a better validation before plateau halves the rates")
          .int("patience", default: 10, in: 1...1_000_000))
    }
    epochs = reader.about("the largest number of passes over the training decisions")
      .int("epochs", default: 150, in: 1...1_000_000)
    patience = reader.about("epochs without a better validation after which training stops")
      .int("patience", default: 40, in: 1...1_000_000)
    validation = reader.about(
      "what chooses the epoch on the validation decisions: loss is the mixture of the objective without its penalties, the others are measures of the net returns"
    )
    .choice("validation", default: .loss)
    block = reader.about(
      "decisions per step, in contiguous blocks in random order; null takes the whole training part in one step"
    )
    .optionalInt("block", in: 8...1_000_000)
    keep = reader.about(
      "which epoch's parameters decide: the best by validation, or the last, without early stopping"
    )
    .choice("keep", default: .best)
    learningRate = reader.about("learning rate of parameters without a group")
      .double("learningRate", default: 1e-3, in: 1e-8...1)
    learningRates = reader.about(
      "rates of parameter groups, by components of parameter names: constants, head, sequence, layer1.bias; 0 leaves a group as it starts"
    )
    .namedDoubles("learningRates", default: [("constants", 0.01)], in: 0...1)
    weightDecay = reader.about(
      "weight decay of parameters without a group; decoupled but for lbfgs"
    )
    .double("weightDecay", default: 0, in: 0...10)
    weightDecays = reader.about("weight decays of parameter groups, named like the rates")
      .namedDoubles("weightDecays", default: [], in: 0...10)
    clipNorm = reader.about("gradients longer than this are shortened to it, but for lbfgs")
      .double("clipNorm", default: 1, in: .above(0))
    divergence = reader.about(
      "training stops as diverged when the objective rises so far above its lowest value"
    )
    .double("divergence", default: 100, in: .above(0))
    warmStart = reader.about(
      "whether a fold starts from the parameters that the fold before it ended with"
    )
    .bool("warmStart", default: false)
    seeds = reader.about("networks trained from different starts; their weights are averaged")
      .int("seeds", default: 5, in: 1...1000)
    pool = reader.about(
      "universes that the network is also trained on, each with its own data: their past before the end of a fold's training decisions adds to the objective; validation and tests are the experiment's own"
    )
    .objects("pool") { PoolSettings($0) }
    checkpointEvery = reader.about("epochs between two checkpoints")
      .int("checkpointEvery", default: 25, in: 1...1_000_000)
    checkpointsKept = reader.about("checkpoints kept of each network; a damaged one falls back")
      .int("checkpointsKept", default: 2, in: 1...100)
    if optimizer == .lbfgs, block != nil {
      reader.report("block", "expected null for the optimizer lbfgs: its steps need one function")
    }
    if optimizer == .lbfgs, schedule.shape != .constant || schedule.warmup > 0 {
      reader.report(
        "schedule", "expected a constant one without warm-up for lbfgs, which searches its steps")
    }
    if optimizer == .adam, weightDecay > 0 || weightDecays.contains(where: { $0.value > 0 }) {
      reader.report(
        weightDecay > 0 ? "weightDecay" : "weightDecays", "expected 0 for adam; adamw has a decay")
    }
  }

  /// The rates of the groups.
  var rateGroups: ParameterGroups {
    ParameterGroups(standard: learningRate, groups: learningRates)
  }

  /// The weight decays of the groups.
  var decayGroups: ParameterGroups {
    ParameterGroups(standard: weightDecay, groups: weightDecays)
  }

  /// The optimiser for a model's parameters.
  func makeOptimizer(_ entries: [Parameters.Entry]) -> any Optimizer {
    let (rates, decays) = (rateGroups.resolve(entries).values, decayGroups.resolve(entries).values)
    switch optimizer {
    case .adam, .adamw: return AdamW(learningRates: rates, weightDecays: decays)
    case .sgd: return SGD(learningRates: rates, weightDecays: decays, momentum: Scalar(momentum))
    case .rmsprop: return RMSProp(learningRates: rates, weightDecays: decays)
    case .lbfgs: return LBFGS(learningRates: rates, weightDecays: decays)
    }
  }
}

/// What chooses the epoch, as a number to minimise.
enum ValidationMeasure: String, Sendable, CaseIterable {
  /// The objective's mixture of losses, without penalties.
  case loss
  case sharpe
  case sortino
  case meanVariance
  case logUtility
  case cvar
  case evar
  case cdar
  case maximumDrawdown
  case conditionalSharpe
}
