/// What turns the network's states into scores of the assets.
struct HeadSettings: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case linear
    /// A perceptron with hidden layers.
    case mlp
    /// No network: the constants alone.
    case none
  }

  var kind: Kind
  /// Units of each hidden layer of `mlp`.
  var hidden: Int
  /// Hidden layers of `mlp`.
  var layers: Int
  /// The probability that a hidden unit is left out in training.
  var dropout: Double

  init(_ reader: ConfigReader) {
    kind = reader.about(
      "what turns states into scores: linear, mlp (hidden layers with ELU), none (no network, the constants alone)"
    )
    .choice("kind", default: .linear)
    hidden = reader.about("units of each hidden layer of mlp")
      .int("hidden", default: 8, in: 1...4096)
    layers = reader.about("hidden layers of mlp")
      .int("layers", default: 1, in: 1...16)
    dropout = reader.about("probability that a hidden unit of mlp is left out in training")
      .double("dropout", default: 0, in: 0..<1)
  }

  /// The widths of the hidden layers.
  var widths: [Int] { kind == .mlp ? [Int](repeating: hidden, count: layers) : [] }
}
