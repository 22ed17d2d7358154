internal import Autodiff

/// Collects what `train check` prints of a model while it is built.
struct ModelSummary {
  private(set) var blocks: [BlockSummary] = []
  private var counted = 0

  /// Notes a block; its parameters are those built since the last one.
  mutating func add(
    _ name: String, _ kind: String, output: String, multiplyAdds: Int, _ parameters: Parameters?
  ) {
    let total = parameters?.values.count ?? counted
    blocks.append(
      BlockSummary(
        name: name, kind: kind, output: output, parameters: total - counted,
        multiplyAdds: multiplyAdds))
    counted = total
  }

  mutating func add(
    selection own: SelectionSettings, variables: Int, lanes: Int, _ parameters: Parameters
  ) {
    if own.kind == .gates {
      add(
        "selection", "\(variables) stochastic gates", output: "[D, \(lanes), \(variables)]",
        multiplyAdds: variables * lanes, parameters)
      return
    }
    // As the layer fuses it: per variable a line into the hidden units and gate and value out of
    // them; the selecting network from all variables into the width and out to 2J, with its skip.
    let (j, d) = (variables, own.width)
    let work = j * (d + 2 * d * d + d) + j * d + 2 * d * j + j * j
    add(
      "selection", "\(j) variables, width \(d)", output: "[D, \(lanes), \(d)]",
      multiplyAdds: work * lanes, parameters)
  }

  mutating func add(regimes own: RegimeSettings, _ indicators: Int, _ parameters: Parameters) {
    add(
      "regimes",
      "\(own.count) regimes of \(indicators) indicators, \(own.emissions.rawValue) emissions, "
        + "\(own.transition.rawValue) transitions, budgets: \(own.budgets.rawValue)",
      output: "[D, \(own.count)]",
      multiplyAdds: 2 * own.count * indicators + own.count * own.count, parameters)
  }

  mutating func add(
    sequence own: SequenceSettings, inputs: Int, lanes: Int, _ parameters: Parameters
  ) {
    let gates = own.kind == .gru ? 3 : 4
    var work = 0
    for layer in 0..<own.layers {
      let projection = gates * own.hidden * (layer == 0 ? inputs : own.hidden)
      let recurrence = gates * own.hidden * own.hidden
      switch own.mode {
      case .stream: work += projection + recurrence
      // One layer projects each position once; more layers run on unfolded windows.
      case .window where own.layers == 1: work += projection + own.steps * recurrence
      case .window: work += own.steps * (projection + recurrence)
      }
    }
    let layers = own.layers == 1 ? "" : "\(own.layers) layers, "
    add(
      "sequence",
      "\(own.kind.rawValue), \(layers)\(own.hidden) units, \(own.steps) steps, \(own.mode.rawValue)",
      output: "[D, \(lanes), \(own.hidden)]", multiplyAdds: work * lanes, parameters)
  }

  mutating func add(
    head own: HeadSettings, scorer: ModelSettings.Scorer, inputs: Int, outputs: Int, lanes: Int,
    _ parameters: Parameters
  ) {
    let widths = [inputs] + own.widths + [outputs]
    let work = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    add(
      "head",
      "\(own.kind.rawValue) \(widths.map(String.init).joined(separator: " → ")), "
        + (scorer == .shared ? "shared by the assets" : "of all assets"),
      output: "[D, \(lanes), \(outputs)]", multiplyAdds: work * lanes, parameters)
  }

  /// Hidden layers of a forecaster, of the given widths.
  mutating func add(hidden widths: [Int], lanes: Int, _ parameters: Parameters) {
    let work = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    add(
      "head", "mlp \(widths.map(String.init).joined(separator: " → ")), shared by the assets",
      output: "[D, \(lanes), \(widths[widths.count - 1])]", multiplyAdds: work * lanes, parameters)
  }

  mutating func add(
    forecast target: ForecastTarget, _ risk: RiskForecastSettings, width: Int, assets n: Int,
    _ parameters: Parameters
  ) {
    switch target {
    case .risk:
      add(
        "forecast", "volatilities, by \(risk.loss.rawValue), and correlations",
        output: "[D, \(n), \(n)]",
        multiplyAdds: n * width * (1 + risk.rank) + n * n * (risk.rank + 4), parameters)
    case .returns:
      add(
        "forecast", "expected excess returns", output: "[D, \(n)]", multiplyAdds: n * (width + 1),
        parameters)
    }
  }

  mutating func addConstants(_ assets: Int, regimes: Int?, _ parameters: Parameters) {
    add(
      "assetConstants", regimes == nil ? "one per asset" : "one per regime and asset",
      output: regimes.map { "[\($0), \(assets)]" } ?? "[\(assets)]", multiplyAdds: 0, parameters)
  }

  mutating func addDualLayer(_ assets: Int, _ parameters: Parameters) {
    add(
      "dualLayer", "soft states, table, smoothing", output: "[D, \(assets)]",
      multiplyAdds: 12 * assets, parameters)
  }

  mutating func add(budgets own: BudgetSettings, assets: Int) {
    add(
      "budgets", "between \(own.floor)/N and \(own.cap)/N", output: "[D, \(assets)]",
      multiplyAdds: assets, nil)
  }

  mutating func add(groups: [BudgetGroupSettings], assets: Int) {
    let bounds = groups.map { "\($0.name) \($0.minimum)…\($0.maximum)" }
    add(
      "budgets.groups", "the nearest within " + bounds.joined(separator: ", "),
      output: "[D, \(assets)]", multiplyAdds: assets * (groups.count + 1), nil)
  }

  /// Some twenty products with the correlations and the factorisation that certifies them, see the
  /// decision on conjugate gradients; with factors as many with the loadings; tilted some ten Newton steps
  /// with a factorisation each.
  mutating func addSolver(
    _ measure: MeasureSettings, assets n: Int, factors: Int?, isTilted: Bool
  ) {
    guard measure.kind == .volatility else {
      // Some thirty Newton steps, each with the scenarios' outer products.
      add(
        "solver",
        "budgeting \(measure.kind.rawValue)"
          + (measure.kind.hasConfidence ? " at \(measure.confidence)" : "")
          + " of \(measure.rows) rows, exact gradient", output: "[D, \(n)]",
        multiplyAdds: 30 * measure.rows * n * n, nil)
      return
    }
    let work =
      if let factors { 20 * (2 * n * factors + factors * factors) } else if isTilted {
        10 * (n * n * n / 3 + 2 * n * n)
      } else { 20 * n * n + n * n * n / 6 }
    add(
      "solver",
      "risk budgeting\(factors == nil ? "" : " by factors")\(isTilted ? ", tilted" : ""), exact gradient",
      output: "[D, \(n)]", multiplyAdds: work, nil)
  }

  mutating func add(
    tilt own: TiltSettings, width: Int, assets n: Int, _ parameters: Parameters
  ) {
    let isLearned = own.kind == .learned
    add(
      "tilt",
      isLearned
        ? "learned, expected returns up to \(own.limit) of a portfolio's volatility"
        : "a rule: \(own.strength) times the mean excess return of \(own.rows) rows",
      output: "[D, \(n)]",
      multiplyAdds: isLearned ? n * (width + 1) + n * n * n / 6 + n * n : n * own.rows, parameters)
  }

  mutating func add(
    attention own: AttentionSettings, width: Int, assets: Int, _ parameters: Parameters
  ) {
    let slots = own.neighbours + 1 + own.tokens
    // Query, key, value and output, then scores and values of the slots; the tokens see all assets.
    var work = assets * (4 * width * width + 2 * slots * width)
    work += own.tokens * (2 * assets * width + 2 * width * width)
    add(
      "attention",
      "\(own.neighbours) neighbours and \(own.tokens) tokens, \(own.heads) heads, "
        + own.weighting.rawValue,
      output: "[D, \(assets), \(width)]", multiplyAdds: work, parameters)
  }

  mutating func add(floorRule own: FloorRuleSettings, assets: Int) {
    add(
      "floorRule",
      "a rule: \(own.indicator) ≥ \(own.above) gives \(own.assets.joined(separator: ", ")) "
        + "\(own.floor) of risk", output: "[D, \(assets)]", multiplyAdds: 4 * assets, nil)
  }

  mutating func add(
    risk own: RiskForecastSettings, width: Int, assets n: Int, _ parameters: Parameters
  ) {
    let work =
      switch own.kind {
      case .trailing: 0
      case .volatility: n * width + 2 * n * n
      case .shrinkage: n * width * (1 + own.rank) + n * n * (own.rank + 4)
      case .cholesky: n * width * (1 + 2 * own.rank) + n * n * (own.rank + 2) + 2 * n * n * n
      case .factor: n * width * (own.rank + 1) + width * own.rank + 2 * n * own.rank
      case .garch: 3 * n + 2 * n * n
      case .dcc: 3 * n + 6 * n * n
      }
    let loss = own.weight > 0 ? ", \(own.loss.rawValue) weighs \(own.weight)" : ""
    let output = own.kind == .factor ? "[D, \(n), \(min(own.rank, n))]" : "[D, \(n), \(n)]"
    add("risk", own.kind.rawValue + loss, output: output, multiplyAdds: work, parameters)
  }

  mutating func add(gate own: GateSettings, width: Int, assets: Int, _ parameters: Parameters) {
    add(
      "gate",
      own.kind == .rule
        ? "a rule: \(own.rows) rows of excess return > 0, else to \(own.to.rawValue)"
        : "stochastic, noise \(own.noise), to \(own.to.rawValue)",
      output: "[D, \(assets)]", multiplyAdds: own.kind == .rule ? assets : assets * width,
      parameters)
  }

  mutating func add(
    drawdown own: DrawdownSettings, width: Int, assets: Int, _ parameters: Parameters
  ) {
    add(
      "drawdown", "beyond \(own.threshold) in \(own.horizon) rows, weighs \(own.weight)",
      output: "[D, \(assets)]", multiplyAdds: assets * width, parameters)
  }
}
