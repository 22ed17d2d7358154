/// The network that sets the risk budgets.
struct ModelSettings: Sendable {
  enum Network: String, Sendable, CaseIterable {
    /// A long short-term memory network over the last decisions, shared by the assets.
    case lstm
    /// A linear scorer of the present features, shared by the assets.
    case linear
    /// No network: the constants alone.
    case constant
  }

  var network: Network
  /// Units of the LSTM.
  var hidden: Int
  /// Decisions that the LSTM looks back on, the present one included.
  var steps: Int
  /// One trainable constant per asset beside the network.
  var assetConstants: Bool
  /// The smallest and largest risk budget, as multiples of 1/N.
  var floor: Double
  var cap: Double

  init(_ reader: ConfigReader, assets: Int) {
    network = reader.about(
      "what scores the assets: lstm over the last decisions, linear in the present features, constant (no network)"
    )
    .choice("network", default: Network.lstm)
    hidden = reader.about("units of the LSTM")
      .int("hidden", default: 8, in: 1...4096)
    steps = reader.about("decisions that the LSTM looks back on, the present one included")
      .int("steps", default: 12, in: 1...10_000)
    assetConstants = reader.about("one trainable constant per asset beside the network")
      .bool("assetConstants", default: true)
    (floor, cap) = reader.object("budgets") { reader in
      let floor = reader.about("the smallest risk budget, in multiples of 1/N")
        .double("floor", default: 0.08, in: 0...1)
      let cap = reader.about("the largest risk budget, in multiples of 1/N")
        .double("cap", default: 3.2, in: 1...)
      if floor == cap, assets > 1 {
        reader.report(
          "cap", "value is \(cap); expected more than the floor, or nothing can be learned")
      }
      return (floor, cap)
    }
    if network == .constant, !assetConstants {
      reader.report("assetConstants", "value is false; expected true for the network 'constant'")
    }
  }

  /// The learned-constants baseline of this model: the same budgets without the network.
  var constants: ModelSettings {
    var model = self
    model.network = .constant
    model.assetConstants = true
    return model
  }
}
