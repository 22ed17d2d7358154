/// Gates that leave assets out.
struct GateSettings: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    /// Learned from the states, noisy in training.
    case stochastic
    /// A fixed rule: open while the trailing return exceeds that of cash.
    case rule
  }

  enum Destination: String, Sendable, CaseIterable {
    case cash
    /// The budget of an asset left out goes to the others.
    case others
  }

  var kind: Kind
  var to: Destination
  /// σ of the noise in training.
  var noise: Double
  /// μ before training.
  var start: Double
  /// Rows of the rule's trailing return.
  var rows: Int

  init(_ reader: ConfigReader) {
    kind = reader.about(
      "stochastic: learned from the states; rule: no model, an asset is held while its trailing return exceeds that of cash"
    )
    .choice("kind", default: .stochastic)
    to = reader.about("where the share of an asset that is left out goes")
      .choice("to", default: .cash)
    noise = reader.about("standard deviation of a stochastic gate's noise in training")
      .double("noise", default: 0.5, in: 0...10)
    start = reader.about("a stochastic gate's mean before training; it is open from 0.5 on")
      .double("start", default: 0.75, in: -10...10)
    rows = reader.about("rows of the rule's trailing return; 252 are twelve months of days")
      .int("rows", default: 252, in: 1...10_000)
  }
}
