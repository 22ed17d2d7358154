/// Why a risk-budgeting problem of a general risk measure has no answer.
public enum RiskMeasureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A budget is not positive or not a number.
  case invalidBudget(asset: Int, value: Double)
  /// A return of a scenario is NaN or infinite.
  case invalidReturn(scenario: Int, asset: Int, value: Double)
  /// A long-only portfolio has no risk, or less: it cannot be shared out.
  case riskNotPositive(weights: [Double], value: Double)
  /// The iteration ended without an answer.
  case notConverged(iterations: Int, error: Double)

  /// The same error of a problem over some of `count` assets, in terms of all of them.
  public func among(_ members: [Int], of count: Int) -> Self {
    switch self {
    case .invalidBudget(let asset, let value):
      return .invalidBudget(asset: members[asset], value: value)
    case .invalidReturn(let scenario, let asset, let value):
      return .invalidReturn(scenario: scenario, asset: members[asset], value: value)
    case .riskNotPositive(let weights, let value):
      var all = [Double](repeating: 0, count: count)
      for (asset, weight) in zip(members, weights) { all[asset] = weight }
      return .riskNotPositive(weights: all, value: value)
    case .notConverged: return self
    }
  }

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .invalidBudget(let asset, let value):
      "risk budgeting: the budget of asset \(asset) is \(value); it must be positive for this risk "
        + "measure. Leave assets without a budget out."
    case .invalidReturn(let scenario, let asset, let value):
      "risk budgeting: the return of asset \(asset) in scenario \(scenario) is \(value); "
        + "it must be a number."
    case .riskNotPositive(let weights, let value):
      "risk budgeting: the risk measure is \(value) for the long-only portfolio of "
        + RiskBudgetError.holdings(weights)
        + "; it must be positive for every portfolio. Lower the tilt, raise the confidence, or "
        + "demean the scenarios."
    case .notConverged(let iterations, let error):
      "risk budgeting: not converged after \(iterations) iterations; the largest relative error of "
        + "a risk contribution is \(error). Use more scenarios, a lower confidence or a smoother measure."
    }
  }
}
