/// The recurrent network that reads the decisions up to the present one.
struct SequenceSettings: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case lstm
    case gru
    /// The present features alone.
    case none
  }

  enum Mode: String, Sendable, CaseIterable {
    /// Every decision sees its own steps, from a zero state.
    case window
    /// One pass that carries the state on.
    case stream
  }

  var kind: Kind
  /// Units of each layer.
  var hidden: Int
  /// Layers, one upon the other.
  var layers: Int
  /// Decisions looked back on, the present one included.
  var steps: Int
  var mode: Mode
  /// The probability that a unit is left out in training.
  var dropout: Double
  /// Layer normalisation of each layer's states.
  var layerNorm: Bool
  /// Attention over the states of past decisions; nil: the last state alone.
  var attention: TemporalSettings?

  init(_ reader: ConfigReader) {
    kind = reader.about(
      "the recurrent network over the last decisions; none: the present features alone"
    )
    .choice("kind", default: .lstm)
    hidden = reader.about("units of each layer")
      .int("hidden", default: 8, in: 1...4096)
    layers = reader.about("recurrent layers, one upon the other")
      .int("layers", default: 1, in: 1...16)
    steps = reader.about(
      "decisions looked back on, the present one included; in stream mode the first state that counts"
    )
    .int("steps", default: 12, in: 1...10_000)
    mode = reader.about(
      "window: every decision sees its own steps, from a zero state; stream: one pass that carries the state on, steps times cheaper"
    )
    .choice("mode", default: .window)
    dropout = reader.about("probability that a unit is left out in training")
      .double("dropout", default: 0, in: 0..<1)
    layerNorm = reader.about("layer normalisation of each layer's states")
      .bool("layerNorm", default: false)
    attention = reader.about(
      "attention over the states of past decisions; null: the last state alone"
    )
    .optionalObject("attention") { TemporalSettings($0) }
  }

  /// The decisions before a block that the network looks back on.
  var history: Int { kind == .none ? 0 : steps - 1 + (attention.map { $0.steps - 1 } ?? 0) }
}
