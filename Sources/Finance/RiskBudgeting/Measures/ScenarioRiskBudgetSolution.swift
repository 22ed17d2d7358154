internal import Autodiff

/// A solved problem of ``ScenarioRiskBudgetSolver``.
public struct ScenarioRiskBudgetSolution: Sendable {
  /// What was solved over the assets with a budget.
  enum Inner {
    case kinked(TailRiskBudgetSolution)
    case smooth(ScenarioMeasure, RiskMeasureBudgetSolution)
    case drawdown(EntropicDrawdownPoint, budgetSum: Double)
  }

  private let members: [Int]
  private let inner: Inner
  /// The weights, which sum to one; zero where the budget is zero.
  public let weights: [Double]
  /// The shares `wᵢ ∂ᵢR(w) / R(w)` of the risk.
  public let riskContributions: [Double]
  /// The portfolio's risk `R(w)`, per period.
  public let value: Double
  /// The number of Newton steps of a smooth or smoothed measure, `nil` for one solved on its kinks.
  public let iterations: Int?

  init(members: [Int], count: Int, inner: Inner) {
    self.members = members
    self.inner = inner
    let (own, shares): ([Double], [Double])
    switch inner {
    case .kinked(let solution):
      (own, shares, value) = (solution.weights, solution.riskContributions, solution.value)
      iterations = nil
    case .smooth(let measure, let solution):
      let risk = measure.evaluate(solution.weights)
      own = solution.weights
      shares = zip(own, risk.gradient).map { $0 * $1 / risk.value }
      (value, iterations) = (risk.value, solution.iterations)
    case .drawdown(let point, _):
      own = point.weights
      shares = zip(point.y, point.marginal).map { $0 * $1 / point.risk.value }
      value = point.risk.value / point.y.reduce(0, +)
      iterations = point.iterations
    }
    func wide(_ values: [Double]) -> [Double] {
      var all = [Double](repeating: 0, count: count)
      for (i, value) in zip(members, values) { all[i] = value }
      return all
    }
    (weights, riskContributions) = (wide(own), wide(shares))
  }

  /// The exact gradient of a loss whose gradient with respect to the weights is `cotangent`: to the
  /// returns `[T, N]` and the budgets; zero for excluded assets.
  public func gradient(cotangent: [Double]) -> (returns: Matrix, budgets: [Double]) {
    check(
      cotangent.count == weights.count,
      "ScenarioRiskBudgetSolution: \(cotangent.count) cotangents for \(weights.count) weights")
    let own = members.map { cotangent[$0] }
    let (byReturns, byBudgets): (Matrix, [Double])
    switch inner {
    case .kinked(let solution): (byReturns, byBudgets) = solution.gradient(cotangent: own)
    case .smooth(let measure, let solution):
      let (budgets, vector) = solution.adjoint(cotangent: own)
      // A parameter's gradient is −vᵀ ∂∇R/∂θ, and `gradient` gives ∂(vᵀ∇R) with the sign of r.
      byReturns = measure.gradient(holdings: solution.holdings, adjoint: vector)
      byBudgets = budgets
    case .drawdown(let point, let sum):
      let gradient = point.gradient(cotangent: own)
      (byReturns, byBudgets) = (gradient.returns, gradient.beta.map { $0 / sum })
    }
    var returns = Matrix(rows: byReturns.rows, columns: weights.count)
    var budgets = [Double](repeating: 0, count: weights.count)
    for (k, i) in members.enumerated() {
      budgets[i] = byBudgets[k]
      for t in 0..<returns.rows { returns[t, i] = byReturns[t, k] }
    }
    return (returns, budgets)
  }
}
