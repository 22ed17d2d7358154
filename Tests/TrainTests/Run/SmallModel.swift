/// A composition of blocks for the small experiment; every block is in one of them.
struct SmallModel: Sendable, CustomStringConvertible {
  let name: String
  let overrides: [String]
  /// Whether a decision depends on where its block began: a stream's state, a filter's.
  var remembers = false

  var description: String { name }

  static let all: [SmallModel] = [
    SmallModel(name: "lstm", overrides: []),
    SmallModel(
      name: "gru of two layers", overrides: ["model.sequence.kind=gru", "model.sequence.layers=2"]),
    SmallModel(
      name: "stream", overrides: ["model.sequence.mode=stream", "model.sequence.layerNorm=true"],
      remembers: true),
    SmallModel(name: "linear", overrides: ["model.sequence.kind=none"]),
    SmallModel(
      name: "joint perceptron",
      overrides: [
        "model.scorer=joint", "model.sequence.kind=none", "model.head.kind=mlp",
        "model.head.dropout=0.2",
      ]),
    SmallModel(
      name: "joint lstm", overrides: ["model.scorer=joint", "model.sequence.dropout=0.1"]),
    SmallModel(name: "constant", overrides: ["model.head.kind=none"]),
  ]
}
