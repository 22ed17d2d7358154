internal import Autodiff
internal import Finance
internal import Layers

/// The forecast losses of a model's heads, which training adds to the portfolio's loss.
struct AuxiliaryLoss: Sendable {
  private let risk: RiskForecastSettings
  private let drawdown: DrawdownSettings?

  init(_ model: ModelSettings) {
    risk = model.risk
    drawdown = model.drawdown
  }

  /// What it compares forecasts with.
  var targets: ForecastTargets.Kinds {
    var kinds: ForecastTargets.Kinds = []
    if risk.weight > 0 { kinds.insert(.variances) }
    if drawdown != nil { kinds.insert(.drawdowns) }
    return kinds
  }

  /// The weighted sum for what a policy decided; nil where nothing is forecast.
  func callAsFunction(_ decision: Policy.Decision, _ targets: ForecastTargets) -> Variable? {
    var sum = decision.auxiliary
    func add(_ weight: Double, _ loss: Variable) {
      let weighted = loss.scaled(by: Scalar(weight))
      sum = sum.map { $0 + weighted } ?? weighted
    }
    if let forecasts = decision.volatilities, let realized = targets.variances {
      let loss: VolatilityForecastLoss = risk.loss == .qlike ? .qlike : .squaredError
      add(risk.weight, loss(forecasts, realized: realized))
    }
    if let drawdown, let logits = decision.drawdownLogits, let events = targets.drawdowns {
      add(drawdown.weight, CrossEntropyLoss()(logits, events: events))
    }
    return sum
  }
}

extension Problem {
  /// Whether each asset falls by the model's threshold after each decision `[D, N]`, row-major: 1, 0,
  /// or NaN where the rows that tell are not all among those the decisions earn, or the asset is outside
  /// the universe.
  func drawdownEvents(_ decisions: Range<Int>) -> [Double] {
    guard let settings = experiment.model.drawdown else { return [] }
    let (every, lag) = (experiment.decisions.every, experiment.execution.lag)
    let last = rows[decisions.upperBound - 1] + every + lag
    var events = DrawdownEvents.labels(
      returns: data.returns, decisions: decisions.map { rows[$0] }, lag: lag,
      horizon: settings.horizon, threshold: settings.threshold)
    for (d, decision) in decisions.enumerated()
    where rows[decision] + lag + settings.horizon > last {
      for i in 0..<assetCount { events[d * assetCount + i] = .nan }
    }
    return known(events, decisions)
  }

  /// Values `[D, N]` of some decisions, row-major, without those of assets outside the universe: NaN.
  func known(_ values: [Double], _ decisions: Range<Int>) -> [Double] {
    guard let flags = availability?[decisions].flags else { return values }
    return zip(values, flags).map { $1 ? $0 : .nan }
  }
}
