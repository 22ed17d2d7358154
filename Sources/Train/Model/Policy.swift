internal import Autodiff
internal import Finance
internal import Layers

/// The model: features → selection → sequence → scores → regimes → bounded risk budgets → weights,
/// block by block as the config composes it.
///
/// By default one scorer, shared by all assets, reads each asset's features and the market's; every
/// asset adds a constant of its own. The scorer's output starts at zero, so that an untrained policy
/// holds equal risk.
struct Policy: Sendable {
  /// The blocks that were built, in the order of the data's flow.
  let blocks: [BlockSummary]
  /// What the policy reads.
  let needs: InputNeeds

  private let inputs: ModelInputs
  private let selection: VariableSelection?
  private let sequence: SequenceBlock?
  private let sequenceHistory: Int
  private let head: MLP?
  private let constants: ParameterID?
  private let regimes: RegimeBlock?
  private let likelihood: Double
  private let budgets: BoundedBudgets
  /// In the place of network, constants and bounded budgets.
  private let dualLayer: DualLayerBudgets?
  private let solver = RiskBudget()
  private let limits: SolverLimits
  private let assets: Int

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
    limits = settings.solver
    self.inputs = inputs
    needs = InputNeeds(settings)
    var summary = ModelSummary()
    let lanes = settings.scorer == .shared ? n : 1
    let variables = inputs.variables(settings.scorer).count
    var width = variables

    if let own = settings.selection {
      let market = inputs.marketFeatures.count
      selection = builder.scope("selection") {
        VariableSelection(
          assetVariables: variables - market, marketVariables: market, width: own.width, in: &$0)
      }
      width = own.width
      summary.add(selection: own, variables: variables, lanes: lanes, builder.parameters)
    } else {
      selection = nil
    }

    let (states, seen) = (settings.sequence, width)
    sequence = builder.scope("sequence") { SequenceBlock(states, inputs: seen, in: &$0) }
    sequenceHistory = states.history
    if sequence != nil {
      width = states.hidden
      summary.add(sequence: states, inputs: seen, lanes: lanes, builder.parameters)
    }

    // Regimes with budgets from the network are scored one by one.
    let copies = settings.regimes?.budgets == .network ? settings.regimes?.count ?? 1 : 1
    if settings.head.kind == .none {
      head = nil
    } else {
      let (own, inputs, outputs) = (settings.head, width, copies * n / lanes)
      head = builder.scope("head") {
        MLP(
          inputs: inputs, hidden: own.widths, outputs: outputs, dropout: own.dropout,
          zeroStart: true, in: &$0)
      }
      summary.add(
        head: own, scorer: settings.scorer, inputs: inputs, outputs: outputs, lanes: lanes,
        builder.parameters)
    }
    let own = settings.regimes
    regimes = try own.map { own in
      try builder.scope("regimes") { try RegimeBlock(own, inputs, in: &$0) }
    }
    likelihood = own?.likelihood ?? 0
    if let own { summary.add(regimes: own, regimes?.indicators.count ?? 0, builder.parameters) }
    constants =
      settings.assetConstants
      ? builder.zeros("constants", own.map { Shape($0.count, n) } ?? Shape(n)) : nil
    if constants != nil { summary.addConstants(n, regimes: own?.count, builder.parameters) }
    dualLayer = settings.dualLayer.map { model in
      builder.scope("dualLayer") { DualLayerBudgets(model, every: settings.every, in: &$0) }
    }
    if dualLayer != nil { summary.addDualLayer(n, builder.parameters) }
    budgets = BoundedBudgets(
      bounds: try BudgetBounds(
        count: n, floor: settings.budgets.floor, cap: settings.budgets.cap))
    summary.add(budgets: settings.budgets, assets: n)
    blocks = summary.blocks
  }

  /// What the policy decides for a block of decisions.
  struct Decision {
    /// Risk budgets `[D, N]`.
    let budgets: Variable
    /// Portfolio weights `[D, N]`; what they leave of 1 is cash.
    let weights: Variable
    /// Losses of the blocks' own, weighted, that training adds to its objective.
    var auxiliary: Variable?
    /// What blocks say beside, `[D, columns]` each.
    var details: [DecisionDetail: Variable] = [:]
  }

  /// The names of the columns of a detail.
  func columns(of detail: DecisionDetail) -> [String] {
    switch detail {
    case .regimes: (0..<(regimes?.count ?? 0)).map { "regime \($0 + 1)" }
    case .selection: needs.scorer.map(inputs.variables) ?? []
    case .volatilities, .gates, .drawdowns: inputs.assets
    case .cash: ["cash"]
    case .solver: ["iterations", "decrement", "residual", "condition", "weaklyActiveBounds"]
    }
  }

  /// Decides for a block.
  ///
  /// Throws a `DatedError` for a date without a solution.
  func callAsFunction(_ inputs: DecisionInputs, in pass: inout Pass) throws -> Decision {
    var (auxiliary, details): (Variable?, [DecisionDetail: Variable]) = (nil, [:])
    let budgets: Variable
    if let dualLayer {
      guard let signals = inputs.signals else { fatalError("Policy: no dual-layer signals") }
      let settled = dualLayer(market: signals.market, scores: signals.scores, in: &pass)
      budgets = settled.slice(history..<settled.shape[0])
    } else if let regimes, let market = inputs.market {
      let scores = scores(inputs, details: &details, in: &pass)
      let filtered = try regimes(market, history: history, in: &pass)
      details[.regimes] = filtered.probabilities
      if likelihood > 0 {
        auxiliary = filtered.logLikelihoods.mean().scaled(by: Scalar(-likelihood))
      }
      budgets = try mixed(scores, filtered.probabilities, in: &pass)
    } else {
      let scores = scores(inputs, details: &details, in: &pass)
      budgets = try self.budgets(
        spread(scores, over: Shape(inputs.decisions.count, assets), pass.tape), in: &pass)
    }
    let (weights, diagnostics) = try solver.solve(
      covariances: inputs.covariances, budgets: budgets)
    if let (date, problem) = limits.violation(diagnostics) {
      throw DatedError(date: date, underlying: ExperimentError(problem))
    }
    details[.solver] = pass.tape.constant(diagnostics.tensor)
    return Decision(budgets: budgets, weights: weights, auxiliary: auxiliary, details: details)
  }

  // MARK: Scores

  /// The scores: `[D, N]`, with regimes `[D, K, N]` or `[D, 1, N]`; without a network the constants'
  /// shape.
  private func scores(
    _ inputs: DecisionInputs, details: inout [DecisionDetail: Variable], in pass: inout Pass
  ) -> Variable {
    var scores: Variable?
    if let head {
      let states = states(inputs, details: &details, in: &pass)
      let output = head(states, in: &pass)
      let (dates, all) = (inputs.decisions.count, output.shape.count)
      if regimes == nil {
        scores = output.reshaped(to: Shape(dates, assets))
      } else {
        let copies = all / (dates * assets)
        // A shared head gives [D, N, K], a joint one [D, 1, K·N].
        scores =
          needs.scorer == .shared
          ? output.transposed() : output.reshaped(to: Shape(dates, copies, assets))
      }
    }
    if let constants {
      let own = pass(constants)
      scores = scores.map { $0 + own } ?? own
    }
    guard let scores else { fatalError("Policy: neither a network nor constants") }
    return scores
  }

  /// The states `[D, lanes, width]` that the head reads.
  private func states(
    _ inputs: DecisionInputs, details: inout [DecisionDetail: Variable], in pass: inout Pass
  ) -> Variable {
    var values: Variable
    if let selection {
      guard let own = inputs.own else { fatalError("Policy: selection without its features") }
      let market = inputs.market
      let seen = history - sequenceHistory..<own.shape[0]
      let output = selection(
        VariableSelection.Input(assets: own.slice(seen), market: market?.slice(seen)), in: &pass)
      values = output.selected
      details[.selection] = output.weights.slice(sequenceHistory..<seen.count).mean(axis: 1)
    } else {
      guard let features = inputs.features else { fatalError("Policy: a network without features") }
      values = features.slice(history - sequenceHistory..<features.shape[0])
    }
    if let sequence { values = sequence(values, in: &pass) }
    return values
  }

  /// The budgets of every regime, mixed by their probabilities `[D, K]`.
  private func mixed(
    _ scores: Variable, _ probabilities: Variable, in pass: inout Pass
  ) throws -> Variable {
    let (dates, k) = (probabilities.shape[0], probabilities.shape[1])
    if scores.shape.rank == 2 {
      return regimeMixture(probabilities, try budgets(scores, in: &pass))
    }
    let each = spread(scores, over: Shape(dates, k, assets), pass.tape)
    let bounded = try budgets(each.reshaped(to: Shape(dates * k, assets)), in: &pass)
    return regimeMixture(probabilities, bounded.reshaped(to: Shape(dates, k, assets)))
  }

  /// Repeats what does not change over the dates or regimes.
  private func spread(_ scores: Variable, over shape: Shape, _ tape: Tape) -> Variable {
    scores.shape == shape
      ? scores : scores + tape.constant(Tensor(repeating: 0, shape: shape))
  }
}

extension [RiskBudgetDiagnostics] {
  /// One row for each date, in the order of ``DecisionDetail/solver``.
  fileprivate var tensor: Tensor {
    Tensor(
      converting: flatMap {
        [
          Double($0.iterations), $0.decrement, $0.residual, $0.condition,
          Double($0.weaklyActiveBounds),
        ]
      }, shape: Shape(count, 5))
  }
}
