internal import Autodiff
internal import Finance
internal import Layers

/// The solver block of a policy: budgets and a risk to weights.
struct SharingBlock: Sendable {
  /// The weights, and how the solver fared where it tells.
  typealias Outcome = (weights: Variable, diagnostics: [RiskBudgetDiagnostics])

  private let limits: SolverLimits
  private let volatility = RiskBudget()
  /// In place of the volatility.
  private let scenarios: ScenarioRiskBudget?

  init(_ settings: ModelSettings) {
    limits = settings.solver
    scenarios = settings.measure.kind.measure(confidence: settings.measure.confidence)
      .map { ScenarioRiskBudget($0) }
  }

  /// The weights `[D, N]` of budgets `[D, N]` under covariances `[D, N, N]`, or under the inputs'
  /// scenarios; `weaklyActiveBounds` are those that the budgets met on their way here.
  ///
  /// Throws a `DatedError` for a date without a solution, or beyond a limit.
  func callAsFunction(
    _ inputs: DecisionInputs, covariances: Variable, budgets: Variable,
    weaklyActiveBounds: [Int]? = nil
  ) throws -> Outcome {
    if let scenarios {
      guard let returns = inputs.scenarios else { fatalError("SharingBlock: no scenarios") }
      return (try scenarios(scenarios: returns, budgets: budgets), [])
    }
    var (weights, diagnostics) = try volatility.solve(covariances: covariances, budgets: budgets)
    if let weaklyActiveBounds {
      diagnostics = zip(diagnostics, weaklyActiveBounds).map { $0.with(weaklyActiveBounds: $1) }
    }
    if let (date, problem) = limits.violation(diagnostics) {
      throw DatedError(date: date, underlying: ExperimentError(problem))
    }
    return (weights, diagnostics)
  }
}
