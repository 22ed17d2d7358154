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
    SmallModel(
      name: "linear",
      overrides: ["model.sequence.kind=none", "features.market=[\"indicatorMean(X,4)\"]"]),
    SmallModel(
      name: "joint perceptron",
      overrides: [
        "model.scorer=joint", "model.sequence.kind=none", "model.head.kind=mlp",
        "model.head.dropout=0.2",
      ]),
    SmallModel(
      name: "joint lstm", overrides: ["model.scorer=joint", "model.sequence.dropout=0.1"]),
    SmallModel(name: "constant", overrides: ["model.head.kind=none"]),
    SmallModel(name: "selection", overrides: ["model.selection.width=3"]),
    SmallModel(
      name: "joint selection",
      overrides: ["model.scorer=joint", "model.selection={}", "model.sequence.kind=none"]),
    SmallModel(
      name: "regimes", overrides: ["model.head.kind=none", "model.regimes.likelihood=0.1"],
      remembers: true),
    SmallModel(
      name: "regimes with budgets from the network",
      overrides: [
        "model.regimes.budgets=network", "model.regimes.count=3", "model.regimes.warmup=2",
        "model.regimes.transition=fixed", "model.regimes.indicators=[\"indicator(X)\"]",
      ], remembers: true),
    SmallModel(
      name: "joint regimes with network emissions",
      overrides: [
        "model.scorer=joint", "model.regimes.budgets=network", "model.regimes.emissions=network",
        "model.regimes.warmup=6",
      ], remembers: true),
    SmallModel(
      name: "shared network and constants per regime", overrides: ["model.regimes={}"],
      remembers: true),
  ]
}
