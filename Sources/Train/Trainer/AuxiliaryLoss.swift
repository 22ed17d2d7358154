internal import Autodiff
internal import Finance
internal import Layers

/// The forecast losses of a model's heads, which training adds to the portfolio's loss.
///
/// Their targets look ahead, as returns do: over the rows that the block earns, none beyond.
struct AuxiliaryLoss: Sendable {
  private let problem: Problem
  private let risk: RiskForecastSettings
  private let drawdown: DrawdownSettings?

  init(_ problem: Problem) {
    self.problem = problem
    risk = problem.experiment.model.risk
    drawdown = problem.experiment.model.drawdown
  }

  /// The weighted sum for what a policy decided for `decisions`; nil where nothing is forecast.
  func callAsFunction(_ decision: Policy.Decision, _ decisions: Range<Int>) -> Variable? {
    var sum = decision.auxiliary
    func add(_ weight: Double, _ loss: Variable) {
      let weighted = loss.scaled(by: Scalar(weight))
      sum = sum.map { $0 + weighted } ?? weighted
    }
    let experiment = problem.experiment
    let rows = decisions.map { problem.rows[$0] }
    if risk.weight > 0, let forecasts = decision.volatilities {
      let targets = RealizedVariance.targets(
        returns: problem.data.returns, decisions: rows, lag: experiment.execution.lag,
        horizon: experiment.decisions.every)
      let realized = forecasts.tape.constant(Tensor(converting: targets, shape: forecasts.shape))
      let loss: VolatilityForecastLoss = risk.loss == .qlike ? .qlike : .squaredError
      add(risk.weight, loss(forecasts, realized: realized))
    }
    if let drawdown, let logits = decision.drawdownLogits {
      add(drawdown.weight, CrossEntropyLoss()(logits, events: problem.drawdownEvents(decisions)))
    }
    return sum
  }
}

extension Problem {
  /// Whether each asset falls by the model's threshold after each decision `[D, N]`, row-major: 1, 0,
  /// or NaN where the rows that tell are not all among those the decisions earn.
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
    return events
  }
}
