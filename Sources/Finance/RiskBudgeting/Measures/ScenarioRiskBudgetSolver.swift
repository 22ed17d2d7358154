internal import Autodiff

/// Risk budgeting over equally likely scenarios of returns, under any of their measures of risk; an
/// asset with a budget of zero is excluded.
///
/// `wᵢ ∂ᵢR(w) = bᵢ R(w) / Σb`, `Σw = 1`: kinked measures on their ties by ``TailRiskBudgetSolver``
/// or, for the entropic drawdown, by soft peaks that harden, smooth ones by
/// ``RiskMeasureBudgetSolver``; all with exact gradients to the returns and the budgets.
///
/// - Shapes: returns `[T, N]`, the earliest first (drawdowns depend on the order), budgets `[N]`.
/// - Units: simple returns per period; the risk is per period too.
public struct ScenarioRiskBudgetSolver: Sendable, Hashable {
  /// A measure of risk over scenarios.
  public enum Measure: Sendable, Hashable {
    /// The mean of the worst `1 − confidence` of losses.
    case cvar(confidence: Double)
    /// The mean of the worst `1 − confidence` of drawdowns of uncompounded cumulative returns.
    case cdar(confidence: Double)
    /// The entropic value at risk, the smooth bound of both value at risk and CVaR.
    case evar(confidence: Double)
    /// The entropic value at risk of the drawdowns of uncompounded cumulative returns, a bound of
    /// CDaR.
    case edar(confidence: Double)
    /// The deviation of returns below their mean.
    case semiDeviation
    /// `mean |rᵀw − mean|`.
    case meanAbsoluteDeviation
  }

  /// The measure.
  public let measure: Measure

  /// A solver.
  public init(_ measure: Measure) { self.measure = measure }

  /// Solves one problem; throws a ``RiskMeasureError``.
  public func solve(
    returns: Matrix, budgets: [Double]
  ) throws(RiskMeasureError) -> ScenarioRiskBudgetSolution {
    check(
      returns.columns == budgets.count,
      "ScenarioRiskBudgetSolver: returns \(returns.rows) × \(returns.columns) for "
        + "\(budgets.count) budgets")
    for (i, budget) in budgets.enumerated() {
      guard budget >= 0, budget.isFinite else { throw .invalidBudget(asset: i, value: budget) }
    }
    let members = budgets.indices.filter { budgets[$0] > 0 }
    guard !members.isEmpty else { throw .invalidBudget(asset: 0, value: 0) }
    var part = Matrix(rows: returns.rows, columns: members.count)
    for t in 0..<returns.rows {
      for (k, i) in members.enumerated() {
        guard returns[t, i].isFinite else {
          throw .invalidReturn(scenario: t, asset: i, value: returns[t, i])
        }
        part[t, k] = returns[t, i]
      }
    }
    let own = members.map { budgets[$0] }
    do throws(RiskMeasureError) {
      return ScenarioRiskBudgetSolution(
        members: members, count: budgets.count, inner: try inner(part, own))
    } catch { throw error.among(members, of: budgets.count) }
  }

  private func inner(
    _ returns: Matrix, _ budgets: [Double]
  ) throws(RiskMeasureError) -> ScenarioRiskBudgetSolution.Inner {
    switch measure {
    case .cvar(let confidence): try kinked(.cvar(confidence: confidence), returns, budgets)
    case .cdar(let confidence): try kinked(.cdar(confidence: confidence), returns, budgets)
    case .meanAbsoluteDeviation: try kinked(.meanAbsoluteDeviation, returns, budgets)
    case .evar(let confidence): try smooth(.entropic(confidence: confidence), returns, budgets)
    case .semiDeviation: try smooth(.semiDeviation, returns, budgets)
    case .edar(let confidence): try drawdown(confidence, returns, budgets)
    }
  }

  private func kinked(
    _ measure: TailRiskBudgetSolver.Measure, _ returns: Matrix, _ budgets: [Double]
  ) throws(RiskMeasureError) -> ScenarioRiskBudgetSolution.Inner {
    .kinked(try TailRiskBudgetSolver(measure).solve(returns: returns, budgets: budgets))
  }

  private func drawdown(
    _ confidence: Double, _ returns: Matrix, _ budgets: [Double]
  ) throws(RiskMeasureError) -> ScenarioRiskBudgetSolution.Inner {
    let sum = budgets.reduce(0, +)
    // Refuses a confidence without a tail.
    let measure = ScenarioMeasure(
      .entropicDrawdown(confidence: confidence), returns: returns)
    let point = try EntropicDrawdownProblem(
      returns: measure.returns, beta: budgets.map { $0 / sum }, confidence: confidence
    ).solve()
    return .drawdown(point, budgetSum: sum)
  }

  private func smooth(
    _ kind: ScenarioMeasure.Kind, _ returns: Matrix, _ budgets: [Double]
  ) throws(RiskMeasureError) -> ScenarioRiskBudgetSolution.Inner {
    let measure = ScenarioMeasure(kind, returns: returns)
    return .smooth(
      measure, try RiskMeasureBudgetSolver().solve(measure: measure, budgets: budgets))
  }
}
