internal import Autodiff
internal import Finance
internal import Layers

/// The model: features → sequence → scores → bounded risk budgets → weights, block by block as the
/// config composes it.
///
/// By default one scorer, shared by all assets, reads each asset's features and the market's; every
/// asset adds a constant of its own. The scorer's output starts at zero, so that an untrained policy
/// holds equal risk.
struct Policy: Sendable {
  /// The blocks that were built, in the order of the data's flow.
  let blocks: [BlockSummary]
  /// The decisions before a block that the network looks back on.
  let history: Int
  /// How features are laid out for the network; nil where nothing reads them.
  let scorer: ModelSettings.Scorer?

  private let sequence: SequenceBlock?
  private let head: MLP?
  private let constants: ParameterID?
  private let budgets: BoundedBudgets
  private let solver = RiskBudget()
  private let assets: Int

  /// Builds the model of some settings.
  init(
    _ settings: ModelSettings, _ inputs: ModelInputs, in builder: inout ParameterBuilder
  ) throws {
    let n = inputs.assets.count
    assets = n
    scorer = settings.head.kind == .none ? nil : settings.scorer
    history = settings.history
    var summary = ModelSummary()
    let lanes = settings.scorer == .shared ? n : 1
    var width = inputs.variables(settings.scorer).count

    let own = settings.sequence
    let features = width
    sequence = builder.scope("sequence") { SequenceBlock(own, inputs: features, in: &$0) }
    if sequence != nil {
      width = own.hidden
      summary.add(sequence: own, inputs: features, lanes: lanes, builder.parameters)
    }

    if settings.head.kind == .none {
      head = nil
    } else {
      let (own, inputs, outputs) = (settings.head, width, settings.scorer == .shared ? 1 : n)
      head = builder.scope("head") {
        MLP(
          inputs: inputs, hidden: own.widths, outputs: outputs, dropout: own.dropout,
          zeroStart: true, in: &$0)
      }
      summary.add(
        head: own, scorer: settings.scorer, inputs: inputs, outputs: outputs, lanes: lanes,
        builder.parameters)
    }
    constants = settings.assetConstants ? builder.zeros("constants", Shape(n)) : nil
    if constants != nil { summary.addConstants(n, builder.parameters) }
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
    /// What blocks say beside, `[D, columns]` each.
    var details: [DecisionDetail: Variable] = [:]
  }

  /// The names of the columns of a detail.
  func columns(of detail: DecisionDetail, _ inputs: ModelInputs) -> [String] {
    switch detail {
    case .regimes: []
    case .selection: scorer.map(inputs.variables) ?? []
    case .volatilities, .gates, .drawdowns: inputs.assets
    case .cash: ["cash"]
    }
  }

  /// Decides for a block.
  ///
  /// Throws a `DatedError` for a date without a solution.
  func callAsFunction(_ inputs: DecisionInputs, in pass: inout Pass) throws -> Decision {
    let dates = inputs.decisions.count
    var scores: Variable?
    if let head {
      guard let features = inputs.features else { fatalError("Policy: a network without features") }
      let states = sequence.map { $0(features, in: &pass) } ?? features
      scores = head(states, in: &pass).reshaped(to: Shape(dates, assets))
    }
    if let constants {
      let own = pass(constants)
      scores =
        scores.map { $0 + own }
        ?? own + pass.tape.constant(Tensor(repeating: 0, shape: Shape(dates, assets)))
    }
    guard let scores else { fatalError("Policy: neither a network nor constants") }
    let budgets = try budgets(scores, in: &pass)
    return Decision(
      budgets: budgets, weights: try solver(covariances: inputs.covariances, budgets: budgets))
  }
}
