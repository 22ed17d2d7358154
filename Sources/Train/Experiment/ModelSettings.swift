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
    network = reader.choice("network", default: Network.lstm)
    hidden = reader.int("hidden", default: 8, in: 1...4096)
    steps = reader.int("steps", default: 12, in: 1...10_000)
    assetConstants = reader.bool("assetConstants", default: true)
    (floor, cap) = reader.object("budgets") { reader in
      let floor = reader.double("floor", default: 0.08, in: 0...1)
      let cap = reader.double("cap", default: 3.2, in: 1...)
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
