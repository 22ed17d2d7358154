public import Autodiff
public import Finance

/// Portfolio weights from factor covariances `Σ = B Φ Bᵀ + diag(d)` and risk budgets, for a block of
/// dates as one operation, in time and memory linear in the number of assets.
///
/// - Shapes: loadings B `[D, N, K]`, factors Φ `[D, K, K]`, idiosyncratic d `[D, N]`, budgets `[D, N]`
///   → weights `[D, N]`.
/// - Units: covariances of simple returns per period; only the proportions of budgets matter.
/// - VJP: by the implicit function theorem through the Woodbury identity; see
///   `FactorRiskBudgetSolver.backward`. `Φ̄` is symmetric; a budget of zero excludes the asset.
/// - Source: Spinu (2013), *An Algorithm for Computing Risk Parity Weights*.
public struct FactorRiskBudget: Sendable {
  /// The solver of one date.
  public let solver: FactorRiskBudgetSolver

  /// A layer that solves with the precision of `Scalar`; it has no parameters.
  public init(
    solver: FactorRiskBudgetSolver = FactorRiskBudgetSolver(
      roundingUnit: Double(Scalar.ulpOfOne))
  ) { self.solver = solver }

  /// The weights of a block of dates.
  ///
  /// Throws a ``DatedError`` around a `RiskBudgetError` for the first date without a solution.
  public func callAsFunction(
    loadings: Variable, factors: Variable, idiosyncratic: Variable, budgets: Variable
  ) throws -> Variable { try solve(loadings, factors, idiosyncratic, budgets).weights }

  /// The weights of a block of dates, and how the solver fared on each.
  public func solve(
    _ loadings: Variable, _ factors: Variable, _ idiosyncratic: Variable, _ budgets: Variable
  ) throws -> (weights: Variable, diagnostics: [RiskBudgetDiagnostics]) {
    let shape = budgets.shape
    check(
      shape.rank == 2 && idiosyncratic.shape == shape && loadings.shape.rank == 3,
      "FactorRiskBudget: loadings \(loadings.shape), idiosyncratic \(idiosyncratic.shape), "
        + "budgets \(shape)")
    let (dates, n, k) = (shape[0], shape[1], loadings.shape[2])
    check(
      loadings.shape == Shape(dates, n, k) && factors.shape == Shape(dates, k, k),
      "FactorRiskBudget: loadings \(loadings.shape), factors \(factors.shape), budgets \(shape)")
    let tape = budgets.tape
    let values = FactorRiskBudgetInputs(
      count: n, factorCount: k, loadings: loadings.values, factors: factors.values,
      idiosyncratic: idiosyncratic.values, budgets: budgets.values)
    let shards = values.shards(dates: dates)
    let work = FactorRiskBudgetForward(
      solver: solver, inputs: values, shards: shards, weights: tape.allocate(shape.count),
      saved: tape.allocate(
        Double.self, dates * FactorRiskBudgetSolver.saveCount(n, factors: k)),
      diagnostics: DatedDiagnostics(dates: dates, on: tape),
      memory: tape.allocate(Double.self, tape.workerCount * FactorRiskBudgetMemory.count(n, k)))
    tape.run(work, shards: shards.count)
    let diagnostics = try work.diagnostics.collected { date throws(RiskBudgetError) in
      try work.solve(date, 0)
    }
    let result = tape.record(
      "FactorRiskBudget", loadings, factors, idiosyncratic, budgets, output: work.weights,
      shape: shape, saving: work.saved
    ) { context in
      let (dates, n, k) = (
        context.outputShape[0], context.outputShape[1], context.inputShape(1)[2]
      )
      let values = FactorRiskBudgetInputs(
        count: n, factorCount: k, loadings: context.input(0), factors: context.input(1),
        idiosyncratic: context.input(2), budgets: context.input(3))
      let shards = values.shards(dates: dates)
      let work = FactorRiskBudgetBackward(
        inputs: values, shards: shards, seed: context.seed,
        saved: context.saved(as: UnsafeMutablePointer<Double>.self),
        loadings: context.cotangent(0), factors: context.cotangent(1),
        idiosyncratic: context.cotangent(2), budgets: context.cotangent(3),
        memory: context.allocate(
          Double.self, context.tape.workerCount * FactorRiskBudgetMemory.count(n, k)))
      context.tape.run(work, shards: shards.count)
    }
    return (result, diagnostics)
  }
}
