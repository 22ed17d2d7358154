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

  /// A layer that solves with the precision of ``Scalar``; it has no parameters.
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
    let (sigma, b) = (covariances.values, budgets.values)
    let weights = tape.allocate(shape.count)
    let saveCount = RiskBudgetSolver.saveCount(n)
    let keeps = covariances.needsGradient || budgets.needsGradient
    let saved = tape.allocate(Double.self, saveCount * (keeps ? dates : 1))
    let memory = RiskBudgetMemory(n) { tape.allocate(Double.self, $0) }
    var diagnostics: [RiskBudgetDiagnostics] = []
    diagnostics.reserveCapacity(dates)
    for d in 0..<dates {
      for i in 0..<n * n { memory.covariance[i] = Double(sigma[d * n * n + i]) }
      for i in 0..<n { memory.budgets[i] = Double(b[d * n + i]) }
      do {
        diagnostics.append(
          try solver.solve(
            count: n, covariance: memory.covariance, budgets: memory.budgets, start: nil,
            weights: memory.weights, save: saved + (keeps ? d * saveCount : 0),
            scratch: memory.scratch))
      } catch { throw DatedError(date: d, underlying: error) }
      for i in 0..<n { weights[d * n + i] = Scalar(memory.weights[i]) }
    }
    let result = tape.record(
      "RiskBudget", covariances, budgets, output: weights, shape: shape, saving: saved
    ) { context in
      let saved = context.saved(as: UnsafeMutablePointer<Double>.self)
      let (dates, n) = (context.outputShape[0], context.outputShape[1])
      let saveCount = RiskBudgetSolver.saveCount(n)
      let memory = RiskBudgetMemory(n) { context.allocate(Double.self, $0) }
      let (seed, sigma, b̄) = (context.seed, context.cotangent(0), context.cotangent(1))
      for d in 0..<dates {
        for i in 0..<n {
          memory.weights[i] = Double(seed[d * n + i])
          memory.budgets[i] = 0
        }
        if sigma != nil { memory.covariance.update(repeating: 0, count: n * n) }
        RiskBudgetSolver.backward(
          count: n, cotangent: memory.weights, save: saved + d * saveCount,
          scratch: memory.scratch,
          covarianceGradient: sigma == nil ? nil : memory.covariance,
          budgetGradient: b̄ == nil ? nil : memory.budgets)
        if let sigma {
          for i in 0..<n * n { sigma[d * n * n + i] += Scalar(memory.covariance[i]) }
        }
        if let b̄ { for i in 0..<n { b̄[d * n + i] += Scalar(memory.budgets[i]) } }
      }
    }
    return (result, diagnostics)
  }
}

/// Working memory of one date, in double precision whatever ``Scalar`` is.
private struct RiskBudgetMemory {
  let covariance: UnsafeMutablePointer<Double>
  let budgets: UnsafeMutablePointer<Double>
  let weights: UnsafeMutablePointer<Double>
  let scratch: UnsafeMutablePointer<Double>

  init(_ n: Int, allocate: (Int) -> UnsafeMutablePointer<Double>) {
    covariance = allocate(n * n)
    budgets = allocate(n)
    weights = allocate(n)
    scratch = allocate(RiskBudgetSolver.scratchCount(n))
  }
}
