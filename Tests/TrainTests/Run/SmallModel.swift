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
      name: "gates of variables",
      overrides: ["model.selection.kind=gates", "model.head.kind=mlp"]),
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
      name: "attention and volatility",
      overrides: [
        "model.sequence.hidden=4", "model.attention.neighbours=1", "model.attention.tokens=1",
        "model.attention.weighting=entmax", "model.risk.kind=volatility", "model.risk.weight=0.1",
      ]),
    SmallModel(
      name: "shrinkage, drawdowns and stochastic gates",
      overrides: [
        "model.risk.kind=shrinkage", "model.risk.weight=0.1", "model.risk.loss=mse",
        "model.drawdown.horizon=8", "model.gate={}",
      ]),
    SmallModel(
      name: "cholesky and gates to the others",
      overrides: [
        "model.risk.kind=cholesky", "model.gate.to=others", "model.gate.start=0.6",
      ]),
    SmallModel(
      name: "attention over time",
      overrides: [
        "model.sequence.mode=stream", "model.sequence.hidden=4", "model.sequence.attention.steps=3",
      ], remembers: true),
    SmallModel(
      name: "garch and the rule's gates",
      overrides: [
        "model.head.kind=none", "model.risk.kind=garch", "model.risk.weight=0.1",
        "model.risk.warmup=40", "model.gate.kind=rule", "model.gate.rows=60",
      ], remembers: true),
    SmallModel(
      name: "dcc and the floor rule",
      overrides: [
        "model.head.kind=none", "model.risk.kind=dcc", "model.risk.warmup=40",
        "model.floorRule={\"indicator\":\"X\",\"above\":0.5,\"assets\":[\"B\"],\"floor\":0.6}",
      ], remembers: true),
    SmallModel(
      name: "drawdowns of scenarios, groups of budgets",
      overrides: [
        "model.measure={\"kind\":\"edar\",\"confidence\":0.8,\"rows\":60}",
        "model.budgets.groups=[{\"name\":\"first\",\"assets\":[\"A\",\"C\"],\"maximum\":0.6}]",
      ]),
    SmallModel(
      name: "tails of scenarios",
      overrides: ["model.measure.kind=cvar", "model.measure.rows=80", "model.gate.kind=rule"]),
    SmallModel(
      name: "factors and a loss of volatilities",
      overrides: ["model.risk.kind=factor", "model.risk.rank=2", "model.risk.weight=0.1"]),
    SmallModel(name: "tilt", overrides: ["model.tilt.limit=0.8", "model.gate.to=others"]),
    SmallModel(
      name: "tilt by the past",
      overrides: [
        "model.head.kind=none", "model.tilt.kind=trailing", "model.tilt.strength=0.05",
        "model.tilt.rows=40",
      ]),
    SmallModel(
      name: "shared network and constants per regime", overrides: ["model.regimes={}"],
      remembers: true),
  ]
}
