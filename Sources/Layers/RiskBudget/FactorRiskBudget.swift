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

  /// A layer that solves with the precision of ``Scalar``; it has no parameters.
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
    let weights = tape.allocate(shape.count)
    let saveCount = FactorRiskBudgetSolver.saveCount(n, factors: k)
    let saved = tape.allocate(Double.self, saveCount * dates)
    let scratch = tape.allocate(Double.self, FactorRiskBudgetSolver.scratchCount(n, factors: k))
    let inputs = [loadings, factors, idiosyncratic, budgets].map { input in
      let numbers = tape.allocate(Double.self, input.shape.count)
      let values = input.values
      for i in 0..<input.shape.count { numbers[i] = Double(values[i]) }
      return numbers
    }
    let row = tape.allocate(Double.self, n)
    var diagnostics: [RiskBudgetDiagnostics] = []
    for d in 0..<dates {
      do {
        diagnostics.append(
          try solver.solve(
            count: n, factorCount: k, loadings: inputs[0] + d * n * k,
            factors: inputs[1] + d * k * k, idiosyncratic: inputs[2] + d * n,
            budgets: inputs[3] + d * n, start: nil, weights: row, save: saved + d * saveCount,
            scratch: scratch))
      } catch { throw DatedError(date: d, underlying: error) }
      for i in 0..<n { weights[d * n + i] = Scalar(row[i]) }
    }
    let kept = Kept(saved: saved, scratch: scratch, loadings: inputs[0], factors: inputs[1])
    let result = tape.record(
      "FactorRiskBudget", loadings, factors, idiosyncratic, budgets, output: weights, shape: shape,
      saving: kept
    ) { context in
      let kept = context.saved(as: Kept.self)
      let (dates, n, k) = (
        context.outputShape[0], context.outputShape[1], context.inputShape(1)[2]
      )
      let saveCount = FactorRiskBudgetSolver.saveCount(n, factors: k)
      let counts = [n * k, k * k, n, n]
      let memory = counts.map { context.allocate(Double.self, $0) }
      let cotangent = context.allocate(Double.self, n)
      let (seed, targets) = (context.seed, (0..<4).map { context.cotangent($0) })
      for d in 0..<dates {
        for i in 0..<n { cotangent[i] = Double(seed[d * n + i]) }
        for input in 0..<4 { memory[input].update(repeating: 0, count: counts[input]) }
        FactorRiskBudgetSolver.backward(
          count: n, factorCount: k, loadings: kept.loadings + d * n * k,
          factors: kept.factors + d * k * k, cotangent: cotangent,
          save: kept.saved + d * saveCount, scratch: kept.scratch,
          loadingsGradient: targets[0] == nil ? nil : memory[0],
          factorsGradient: targets[1] == nil ? nil : memory[1],
          idiosyncraticGradient: targets[2] == nil ? nil : memory[2],
          budgetGradient: targets[3] == nil ? nil : memory[3])
        for input in 0..<4 {
          guard let target = targets[input] else { continue }
          let count = counts[input]
          for i in 0..<count { target[d * count + i] += Scalar(memory[input][i]) }
        }
      }
    }
    return (result, diagnostics)
  }

  private struct Kept {
    let saved: UnsafeMutablePointer<Double>
    let scratch: UnsafeMutablePointer<Double>
    let loadings: UnsafeMutablePointer<Double>
    let factors: UnsafeMutablePointer<Double>
  }
}
