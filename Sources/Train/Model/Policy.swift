internal import Autodiff
internal import Finance
internal import Layers

/// The model: features → selection → sequence → attention → scores → regimes → bounded risk budgets
/// → rules → covariance → weights → gates, block by block as the config composes it.
///
/// By default one scorer, shared by all assets, reads each asset's features and the market's; every
/// asset adds a constant of its own. The scorer's output starts at zero, so that an untrained policy
/// holds equal risk.
struct Policy: Sendable {
  /// The blocks that were built, in the order of the data's flow.
  let blocks: [BlockSummary]
  /// What the policy reads.
  let needs: InputNeeds
  let inputs: ModelInputs

  let network: StateNetwork
  let head: MLP?
  let constants: ParameterID?
  let regimes: RegimeBlock?
  /// The weight of the regime model's likelihood.
  let likelihood: Double
  let budgets: BoundedBudgets
  /// In the place of network, constants and bounded budgets.
  let dualLayer: DualLayerBudgets?
  /// Bounds of groups' budgets.
  let groups: ProjectedBudgets?
  let floorRule: FloorRule?
  let risk: RiskForecastBlock?
  let gate: GateBlock?
  let drawdown: DrawdownHead?
  let sharing: SharingBlock
  let assets: Int

  /// The decisions before a block that the policy looks back on.
  var history: Int { needs.history }

  /// Builds the model of some settings.
  ///
  /// Throws where the settings do not fit the features or the assets.
  init(
    _ settings: ModelSettings, _ inputs: ModelInputs, in builder: inout ParameterBuilder
  ) throws {
    let n = inputs.assets.count
    assets = n
    self.inputs = inputs
    needs = InputNeeds(settings)
    var summary = ModelSummary()
    let lanes = settings.scorer == .shared ? n : 1
    network = try StateNetwork(settings, inputs, &summary, in: &builder)
    let stateWidth = network.width

    // Regimes with budgets from the network are scored one by one.
    let copies = settings.regimes?.budgets == .network ? settings.regimes?.count ?? 1 : 1
    if settings.head.kind == .none {
      head = nil
    } else {
      let (own, outputs) = (settings.head, copies * n / lanes)
      head = builder.scope("head") {
        MLP(
          inputs: stateWidth, hidden: own.widths, outputs: outputs, dropout: own.dropout,
          zeroStart: true, in: &$0)
      }
      summary.add(
        head: own, scorer: settings.scorer, inputs: stateWidth, outputs: outputs, lanes: lanes,
        builder.parameters)
    }
    let regime = settings.regimes
    regimes = try regime.map { own in
      try builder.scope("regimes") { try RegimeBlock(own, inputs, in: &$0) }
    }
    likelihood = regime?.likelihood ?? 0
    if let regime {
      summary.add(regimes: regime, regimes?.indicators.count ?? 0, builder.parameters)
    }
    let shape = regime.map { Shape($0.count, n) } ?? Shape(n)
    constants =
      settings.assetConstants ? builder.scope(inputs.scope) { $0.zeros("constants", shape) } : nil
    if constants != nil { summary.addConstants(n, regimes: regime?.count, builder.parameters) }
    dualLayer = settings.dualLayer.map { model in
      builder.scope("dualLayer") { DualLayerBudgets(model, every: settings.every, in: &$0) }
    }
    if dualLayer != nil { summary.addDualLayer(n, builder.parameters) }
    budgets = BoundedBudgets(
      bounds: try BudgetBounds(
        count: n, floor: settings.budgets.floor, cap: settings.budgets.cap))
    summary.add(budgets: settings.budgets, assets: n)
    groups =
      settings.budgets.groups.isEmpty
      ? nil
      : ProjectedBudgets(constraints: settings.budgets.constraints(assets: inputs.assets))
    if groups != nil { summary.add(groups: settings.budgets.groups, assets: n) }

    floorRule = settings.floorRule.map { FloorRule($0, assets: inputs.assets) }
    if let own = settings.floorRule { summary.add(floorRule: own, assets: n) }
    risk = builder.scope("risk") {
      RiskForecastBlock(settings.risk, width: stateWidth, assets: n, in: &$0)
    }
    if risk != nil {
      summary.add(risk: settings.risk, width: stateWidth, assets: n, builder.parameters)
    }
    sharing = SharingBlock(settings, width: stateWidth, assets: n, in: &builder)
    if let own = settings.tilt {
      summary.add(tilt: own, width: stateWidth, assets: n, builder.parameters)
    }
    summary.addSolver(
      settings.measure, assets: n,
      factors: settings.risk.kind == .factor ? min(settings.risk.rank, n) : nil,
      isTilted: settings.tilt != nil)
    gate = settings.gate.map { own in
      builder.scope("gate") { GateBlock(own, width: stateWidth, in: &$0) }
    }
    if let own = settings.gate {
      summary.add(gate: own, width: stateWidth, assets: n, builder.parameters)
    }
    drawdown = settings.drawdown.map { _ in
      builder.scope("drawdown") { DrawdownHead(width: stateWidth, baseRate: 0.1, in: &$0) }
    }
    if let own = settings.drawdown {
      summary.add(drawdown: own, width: stateWidth, assets: n, builder.parameters)
    }
    blocks = summary.blocks
  }

  /// The names of the columns of a detail.
  func columns(of detail: DecisionDetail) -> [String] {
    switch detail {
    case .regimes: (0..<(regimes?.count ?? 0)).map { "regime \($0 + 1)" }
    case .selection: needs.scorer.map(inputs.variables) ?? []
    case .attention:
      inputs.assets.flatMap { asset in
        (inputs.assets + (0..<(needs.attention?.tokens ?? 0)).map { "token \($0 + 1)" })
          .map { "\(asset) <- \($0)" }
      }
    case .volatilities, .tilts, .gates, .drawdowns: inputs.assets
    case .cash: ["cash"]
    case .solver: ["iterations", "decrement", "residual", "condition", "weaklyActiveBounds"]
    }
  }
}
