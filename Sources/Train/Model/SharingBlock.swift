internal import Autodiff
internal import Finance
internal import Layers

/// The solver block of a policy: budgets and a risk to weights.
struct SharingBlock: Sendable {
  /// The weights, and how the solver fared where it tells.
  typealias Outcome = (weights: Variable, diagnostics: [RiskBudgetDiagnostics])

  private enum Tilt: Sendable {
    case learned(TiltHead)
    /// By the inputs' expected returns.
    case trailing
  }

  private let limits: SolverLimits
  private let volatility = RiskBudget()
  private let factors = FactorRiskBudget()
  private let tilted = TiltedRiskBudget()
  private let tilt: Tilt?
  /// In place of the volatility.
  private let scenarios: ScenarioRiskBudget?

  /// Parameters `tilt`, where the settings have a learned one.
  init(_ settings: ModelSettings, width: Int, assets: Int, in builder: inout ParameterBuilder) {
    limits = settings.solver
    scenarios = settings.measure.kind.measure(confidence: settings.measure.confidence)
      .map { ScenarioRiskBudget($0) }
    tilt = settings.tilt.map { own in
      guard own.kind == .learned else { return .trailing }
      return .learned(
        builder.scope("tilt") {
          TiltHead(width: width, assets: assets, limit: own.limit, in: &$0)
        })
    }
  }

  /// The weights `[D, N]` of budgets `[D, N]` under a risk model, or under the inputs' scenarios;
  /// `weaklyActiveBounds` are those that the budgets met on their way here, and `states`
  /// `[D, N, width]` are read by a learned tilt alone.
  ///
  /// Throws a `DatedError` for a date without a solution, or beyond a limit.
  func callAsFunction(
    _ inputs: DecisionInputs, risk: RiskModel, budgets: Variable, states: Variable?,
    weaklyActiveBounds: [Int]? = nil, details: inout [DecisionDetail: Variable],
    in pass: inout Pass
  ) throws -> Outcome {
    if let scenarios {
      guard let returns = inputs.scenarios else { fatalError("SharingBlock: no scenarios") }
      return (try scenarios(scenarios: returns, budgets: budgets), [])
    }
    var outcome: Outcome
    switch risk {
    case .dense(let covariances):
      if let tilt {
        let returns = try expectedReturns(tilt, covariances, inputs, states, in: &pass)
        details[.tilts] = returns
        return (
          try tilted(covariances: covariances, expectedReturns: returns, budgets: budgets), []
        )
      }
      outcome = try volatility.solve(covariances: covariances, budgets: budgets)
    case .factors(let model):
      outcome = try factors.solve(model.loadings, model.factors, model.idiosyncratic, budgets)
    }
    if let weaklyActiveBounds {
      outcome.diagnostics = zip(outcome.diagnostics, weaklyActiveBounds).map {
        $0.with(weaklyActiveBounds: $1)
      }
    }
    if let (date, problem) = limits.violation(outcome.diagnostics) {
      throw DatedError(date: date, underlying: ExperimentError(problem))
    }
    return outcome
  }

  /// `[D, N]`, in units of risk.
  private func expectedReturns(
    _ tilt: Tilt, _ covariances: Variable, _ inputs: DecisionInputs, _ states: Variable?,
    in pass: inout Pass
  ) throws -> Variable {
    switch tilt {
    case .learned(let head):
      guard let states else { fatalError("SharingBlock: a learned tilt without states") }
      return try head(TiltHead.Input(states: states, covariances: covariances), in: &pass)
    case .trailing:
      guard let returns = inputs.expectedReturns else {
        fatalError("SharingBlock: a trailing tilt without its returns")
      }
      return returns
    }
  }
}
