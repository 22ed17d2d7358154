internal import Autodiff

/// How the network is trained.
struct TrainingSettings: Sendable {
  enum OptimizerName: String, Sendable, CaseIterable {
    case adamw
    case sgd
    case rmsprop
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
  /// Epochs without a better validation loss after which training stops.
  var patience: Int
  /// Which epoch's parameters decide.
  var keep: Keep
  var learningRate: Double
  /// Rates of parameter groups, by components of parameter names.
  var learningRates: [(name: String, value: Double)]
  var weightDecay: Double
  /// Gradients longer than this are shortened to it.
  var clipNorm: Double
  /// Networks trained from different starts; their weights are averaged.
  var seeds: Int
  /// Epochs between two checkpoints of a fold in progress.
  var checkpointEvery: Int

  init(_ reader: ConfigReader) {
    optimizer = reader.about("the rule of the steps").choice("optimizer", default: .adamw)
    momentum = reader.about("momentum of sgd").double("momentum", default: 0.9, in: 0..<1)
    schedule = reader.object("schedule") { reader in
      LearningRateSchedule(
        shape: reader.about("how learning rates change over the epochs")
          .choice("shape", default: LearningRateSchedule.Shape.constant),
        warmup: reader.about("epochs over which rates first rise linearly")
          .int("warmup", default: 0, in: 0...1_000_000),
        floor: reader.about("the smallest factor that the shape falls to")
          .double("floor", default: 0, in: 0...1))
    }
    epochs = reader.about("the largest number of passes over the training decisions")
      .int("epochs", default: 150, in: 1...1_000_000)
    patience = reader.about("epochs without a better validation loss after which training stops")
      .int("patience", default: 40, in: 1...1_000_000)
    keep = reader.about(
      "which epoch's parameters decide: the best by validation, or the last, without early stopping"
    )
    .choice("keep", default: .best)
    learningRate = reader.about("learning rate of parameters without a group")
      .double("learningRate", default: 1e-3, in: 1e-8...1)
    learningRates = reader.about(
      "rates of parameter groups, by components of parameter names: constants, head, sequence, layer1.bias"
    )
    .namedDoubles("learningRates", default: [("constants", 0.01)], in: 0...1)
    weightDecay = reader.about("decoupled weight decay")
      .double("weightDecay", default: 0, in: 0...10)
    clipNorm = reader.about("gradients longer than this are shortened to it")
      .double("clipNorm", default: 1, in: .above(0))
    seeds = reader.about("networks trained from different starts; their weights are averaged")
      .int("seeds", default: 5, in: 1...1000)
    checkpointEvery = reader.about("epochs between two checkpoints")
      .int("checkpointEvery", default: 25, in: 1...1_000_000)
  }

  /// The optimiser with the rate of every element.
  func makeOptimizer(rates: [Scalar]) -> any Optimizer {
    let decay = Scalar(weightDecay)
    switch optimizer {
    case .adamw: return AdamW(learningRates: rates, weightDecay: decay)
    case .sgd: return SGD(learningRates: rates, weightDecay: decay, momentum: Scalar(momentum))
    case .rmsprop: return RMSProp(learningRates: rates, weightDecay: decay)
    }
  }
}
