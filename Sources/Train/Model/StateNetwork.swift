internal import Autodiff
internal import Finance
internal import Layers

/// The part of a model that every head reads from: features → selection → sequence → attention →
/// states, block by block as the config composes it.
struct StateNetwork: Sendable {
  private enum Selection: Sendable {
    case network(VariableSelection)
    case gates(FeatureGates, penalty: Double)
  }

  private let selection: Selection?
  private let sequence: SequenceBlock?
  private let attention: AttentionBlock?
  private let sequenceHistory: Int
  /// The width of the states; without any block that of the features.
  let width: Int

  /// Parameters `selection`, `sequence`, `attention`, as far as the settings have them.
  ///
  /// Throws an ``ExperimentError`` for heads that do not divide a width.
  init(
    _ settings: ModelSettings, _ inputs: ModelInputs, _ summary: inout ModelSummary,
    in builder: inout ParameterBuilder
  ) throws {
    let lanes = settings.scorer == .shared ? inputs.assets.count : 1
    let variables = inputs.variables(settings.scorer).count
    var width = variables
    if let own = settings.selection {
      let market = inputs.marketFeatures.count
      selection = builder.scope("selection") { builder in
        switch own.kind {
        case .network:
          .network(
            VariableSelection(
              assetVariables: variables - market, marketVariables: market, width: own.width,
              in: &builder))
        case .gates:
          .gates(
            FeatureGates(variables: variables, noise: own.noise, in: &builder),
            penalty: own.penalty)
        }
      }
      if own.kind == .network { width = own.width }
      summary.add(selection: own, variables: variables, lanes: lanes, builder.parameters)
    } else {
      selection = nil
    }

    let (states, seen) = (settings.sequence, width)
    sequence = try builder.scope("sequence") { try SequenceBlock(states, inputs: seen, in: &$0) }
    sequenceHistory = states.history
    if sequence != nil {
      width = states.hidden
      summary.add(sequence: states, inputs: seen, lanes: lanes, builder.parameters)
    }
    self.width = width

    attention = try settings.attention.map { own in
      try builder.scope("attention") { try AttentionBlock(own, width: width, in: &$0) }
    }
    if let own = settings.attention {
      summary.add(attention: own, width: width, assets: inputs.assets.count, builder.parameters)
    }
  }

  /// The states `[D, lanes, width]` of a block; nil where the inputs hold no features.
  ///
  /// `history` are the decisions before the block that the inputs hold.
  func callAsFunction(
    _ inputs: DecisionInputs, history: Int, details: inout [DecisionDetail: Variable],
    in pass: inout Pass
  ) -> Variable? {
    var values: Variable
    if case .network(let selection) = selection {
      guard let own = inputs.own else { fatalError("StateNetwork: selection without its features") }
      let market = inputs.market
      let seen = history - sequenceHistory..<own.shape[0]
      let output = selection(
        VariableSelection.Input(assets: own.slice(seen), market: market?.slice(seen)), in: &pass)
      values = output.selected
      if !pass.mode.isTraining {
        details[.selection] = Self.mean(
          output.weights.slice(sequenceHistory..<seen.count), among: inputs.availability)
      }
    } else if let features = inputs.features {
      values = features.slice(history - sequenceHistory..<features.shape[0])
      if case .gates(let gates, _) = selection {
        values = gates(values, in: &pass)
        if !pass.mode.isTraining {
          let open = gates.open(in: pass)
          details[.selection] =
            open
            + pass.tape.constant(
              Tensor(repeating: 0, shape: Shape(inputs.decisions.count, open.shape[0])))
        }
      }
    } else {
      return nil
    }
    if let sequence { values = sequence(values, in: &pass) }
    if let attention {
      guard let neighbours = inputs.neighbours else { fatalError("StateNetwork: no neighbours") }
      let attended = attention(values, neighbours, among: inputs.availability, in: &pass)
      values = attended.output
      details[.attention] = attended.weights
    }
    return values
  }

  /// What the gates of selected variables cost, which training adds to its objective; nil where nothing
  /// does.
  func penalty(in pass: borrowing Pass) -> Variable? {
    guard case .gates(let gates, let price) = selection, price > 0 else { return nil }
    return gates.penalty(in: pass).scaled(by: Scalar(price))
  }

  /// The mean `[D, V]` of `[D, lanes, V]` over the lanes whose assets are available; one lane is of all.
  private static func mean(_ weights: Variable, among availability: Availability?) -> Variable {
    let (dates, lanes) = (weights.shape[0], weights.shape[1])
    guard let availability, lanes > 1 else { return weights.mean(axis: 1) }
    let shares = (0..<dates).flatMap { date -> [Scalar] in
      let share = 1 / Scalar(availability.members(at: date).count)
      return (0..<lanes).map { availability[date, $0] ? share : 0 }
    }
    let constant = weights.tape.constant(Tensor(shares, shape: Shape(dates, lanes, 1)))
    return (weights * constant).sum(axis: 1)
  }
}
