/// How the network is trained.
struct TrainingSettings: Sendable {
  /// The largest number of passes over the training decisions.
  var epochs: Int
  /// Epochs without a better validation loss after which training stops.
  var patience: Int
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
    epochs = reader.about("the largest number of passes over the training decisions")
      .int("epochs", default: 150, in: 1...1_000_000)
    patience = reader.about("epochs without a better validation loss after which training stops")
      .int("patience", default: 40, in: 1...1_000_000)
    learningRate = reader.about("learning rate of AdamW")
      .double("learningRate", default: 1e-3, in: 1e-8...1)
    learningRates = reader.about(
      "rates of parameter groups, by components of parameter names: constants, output.bias, lstm"
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
}
