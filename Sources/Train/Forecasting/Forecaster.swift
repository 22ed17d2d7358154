internal import Autodiff
internal import Finance
internal import Layers

/// A network that forecasts and decides nothing: the first half of the pipelines that forecast first
/// and optimise then.
///
/// It is the model's own network up to its states (selection, sequence, attention, hidden layers of the
/// head), so that only what is trained for tells it from the model. A model without a network is
/// forecast for by linear maps of the features.
struct Forecaster: Sendable {
  /// What it forecasts of a block of decisions, per row.
  enum Forecast {
    /// `[D, N]` and `[D, N, N]`.
    case risk(volatilities: Variable, correlations: Variable)
    /// `[D, N]`, in excess of cash.
    case returns(Variable)
  }

  private enum Heads: Sendable {
    case risk(VolatilityHead, CorrelationHead)
    case returns(ReturnHead)
  }

  let target: ForecastTarget
  /// What it reads.
  let needs: InputNeeds
  /// The blocks that were built, in the order of the data's flow.
  let blocks: [BlockSummary]
  private let network: StateNetwork
  private let hidden: MLP?
  private let heads: Heads

  /// A forecaster with the network of a model.
  ///
  /// Throws an ``ExperimentError`` where there is nothing to forecast from.
  init(
    _ target: ForecastTarget, _ model: ModelSettings, _ inputs: ModelInputs,
    in builder: inout ParameterBuilder
  ) throws {
    let settings = model.forecasting
    let n = inputs.assets.count
    guard !inputs.variables(settings.scorer).isEmpty else {
      throw ExperimentError(
        "a forecast baseline reads features, but there are none; add some to features.asset")
    }
    self.target = target
    needs = InputNeeds(settings)
    var summary = ModelSummary()
    network = try StateNetwork(settings, inputs, &summary, in: &builder)
    var width = network.width
    let widths = settings.head.widths
    if let last = widths.last {
      let own = width
      hidden = builder.scope("head") {
        MLP(
          inputs: own, hidden: Array(widths.dropLast()), outputs: last,
          dropout: settings.head.dropout, in: &$0)
      }
      summary.add(hidden: [own] + widths, lanes: n, builder.parameters)
      width = last
    } else {
      hidden = nil
    }
    let states = width
    switch target {
    case .risk:
      heads = .risk(
        builder.scope("volatility") { VolatilityHead(width: states, in: &$0) },
        builder.scope("correlation") {
          CorrelationHead(width: states, rank: settings.risk.rank, in: &$0)
        })
    case .returns:
      heads = .returns(
        builder.scope("returns") { ReturnHead(width: states, assets: n, in: &$0) })
    }
    summary.add(forecast: target, settings.risk, width: states, assets: n, builder.parameters)
    blocks = summary.blocks
  }

  /// What the network adds to the objective; nil where it adds nothing.
  func penalty(in pass: borrowing Pass) -> Variable? { network.penalty(in: pass) }

  /// The forecasts for a block.
  func callAsFunction(_ inputs: DecisionInputs, in pass: inout Pass) -> Forecast {
    var details: [DecisionDetail: Variable] = [:]
    guard let trailing = inputs.trailing,
      var states = network(inputs, history: needs.history, details: &details, in: &pass)
    else { fatalError("Forecaster: neither features nor trailing moments") }
    if let hidden { states = hidden(states, in: &pass).elu() }
    switch heads {
    case .risk(let volatility, let correlation):
      return .risk(
        volatilities: volatility(
          VolatilityHead.Input(states: states, trailing: trailing.volatilities), in: &pass),
        correlations: correlation(
          CorrelationHead.Input(states: states, trailing: trailing.correlations), in: &pass))
    case .returns(let head):
      return .returns(
        head(ReturnHead.Input(states: states, trailing: trailing.volatilities), in: &pass))
    }
  }
}

extension ModelSettings {
  /// The model's network alone, with the inputs that forecasts start from.
  var forecasting: ModelSettings {
    var model = self
    model.scorer = .shared
    if model.head.kind == .none { model.head.kind = .linear }
    model.regimes = nil
    model.gate = nil
    model.tilt = nil
    model.floorRule = nil
    model.drawdown = nil
    model.dualLayer = nil
    model.risk.kind = .shrinkage
    model.measure.kind = .volatility
    return model
  }
}
