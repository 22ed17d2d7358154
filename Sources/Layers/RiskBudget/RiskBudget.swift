public import Autodiff
public import Finance

/// Portfolio weights from covariances and risk budgets, for a whole block of dates as one
/// operation, differentiated exactly.
///
/// Date by date, `w` is the long-only portfolio with `w_i (Σw)_i / wᵀΣw = b_i / Σb`, solved to
/// machine precision by `RiskBudgetSolver`. Every date is solved on its own, so that a date's
/// weights have the same bits in whatever block it stands.
///
/// - Shapes: covariances `[D, N, N]`, budgets `[D, N]` → weights `[D, N]`.
/// - Units: covariances of simple returns per period; only the proportions of budgets matter.
/// - VJP: by the implicit function theorem, one linear system per date solved to rounding: see
///   `RiskBudgetSolver.backward`. `Σ̄` is symmetric; a budget of zero excludes the asset and gets no
///   gradient.
/// - Source: Spinu (2013), *An Algorithm for Computing Risk Parity Weights*.
public struct RiskBudget: Sendable {
  /// The solver of one date.
  public let solver: RiskBudgetSolver

  /// A layer that solves with the precision of `Scalar`; it has no parameters.
  public init(solver: RiskBudgetSolver = RiskBudgetSolver(roundingUnit: Double(Scalar.ulpOfOne))) {
    self.solver = solver
  }

  /// The weights of a block of dates.
  ///
  /// Throws a ``DatedError`` around a `RiskBudgetError` for the first date without a solution.
  public func callAsFunction(covariances: Variable, budgets: Variable) throws -> Variable {
    try solve(covariances: covariances, budgets: budgets).weights
  }

  /// The weights of a block of dates, and how the solver fared on each.
  ///
  /// Throws as ``callAsFunction(covariances:budgets:)`` does.
  public func solve(
    covariances: Variable, budgets: Variable
  ) throws -> (weights: Variable, diagnostics: [RiskBudgetDiagnostics]) {
    let (shape, square) = (budgets.shape, covariances.shape)
    check(
      shape.rank == 2 && square == Shape(shape[0], shape[1], shape[1]),
      "RiskBudget: covariances \(square), budgets \(shape)")
    let (dates, n) = (shape[0], shape[1])
    let tape = budgets.tape
    let weights = tape.allocate(shape.count)
    let saveCount = RiskBudgetSolver.saveCount(n)
    let keeps = covariances.needsGradient || budgets.needsGradient
    let saved = tape.allocate(Double.self, keeps ? dates * saveCount : 0)
    let shards = RiskBudgetMemory.shards(dates: dates, count: n)
    let work = RiskBudgetForward(
      solver: solver, count: n, shards: shards, covariances: covariances.values,
      budgets: budgets.values, weights: weights, saved: keeps ? saved : nil,
      discarded: tape.allocate(Double.self, keeps ? 0 : tape.workerCount * saveCount),
      diagnostics: DatedDiagnostics(dates: dates, on: tape),
      memory: tape.allocate(Double.self, tape.workerCount * RiskBudgetMemory.count(n)))
    tape.run(work, shards: shards.count)
    let diagnostics = try work.diagnostics.collected { date throws(RiskBudgetError) in
      try work.solve(date, 0)
    }
    let result = tape.record(
      "RiskBudget", covariances, budgets, output: weights, shape: shape, saving: saved
    ) { context in
      let (dates, n) = (context.outputShape[0], context.outputShape[1])
      let shards = RiskBudgetMemory.shards(dates: dates, count: n)
      let work = RiskBudgetBackward(
        count: n, shards: shards, seed: context.seed,
        saved: context.saved(as: UnsafeMutablePointer<Double>.self),
        covarianceCotangent: context.cotangent(0), budgetCotangent: context.cotangent(1),
        memory: context.allocate(
          Double.self, context.tape.workerCount * RiskBudgetMemory.count(n)))
      context.tape.run(work, shards: shards.count)
    }
    return (result, diagnostics)
  }
}
