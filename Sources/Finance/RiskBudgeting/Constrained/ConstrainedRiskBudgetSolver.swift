internal import Autodiff

/// Risk budgeting under linear constraints of the weights, in either of its two definitions.
///
/// Constraints and budgets can rarely both be met; the definitions differ in what gives way.
///
/// - (A) *calibrated*: `x(λ) = argmin ½xᵀΣx − λ Σ b ln x` over the constraints, with `λ` such that
///   `Σx = 1`. Free assets keep `xᵢ(Σx)ᵢ = λbᵢ` exactly.
/// - (B) *homogenised*: `min ½yᵀΣy − Σ b ln y` over `(A − d1ᵀ) y ≤ 0`, `w = y / 1ᵀy`; for `Σb = 1`
///   the same as `min ln σ(w) − Σ b ln w` over `Σw = 1`, `Aw ≤ d`. Convex without a search: the one
///   for networks.
///
/// Both are solved to rounding: an interior-point method (B), or clipped coordinate descent (boxes)
/// and ADMM with Dykstra's projections (A), find the active constraints, Newton's method on the
/// optimality conditions finishes.
///
/// - Source: Richard & Roncalli (2019), *Constrained Risk Budgeting Portfolios*, for (A); Palomar
///   (2025), *Portfolio Optimization*, §11, for (B).
public struct ConstrainedRiskBudgetSolver: Sendable, Hashable {
  /// What is meant by constrained risk budgeting.
  public enum Definition: String, Sendable, Hashable, CaseIterable {
    /// (A): the level of risk is calibrated to a full investment.
    case calibrated
    /// (B): the constraints become a cone.
    case homogenised
  }

  /// The definition.
  public let definition: Definition
  /// The solver of the problem without its constraints.
  public let base: RiskBudgetSolver

  /// A solver.
  public init(definition: Definition = .homogenised, base: RiskBudgetSolver = RiskBudgetSolver()) {
    self.definition = definition
    self.base = base
  }

  /// Solves one problem; throws a ``ConstrainedRiskBudgetError``.
  public func solve(
    covariance: Matrix, budgets: [Double], constraints: WeightConstraints
  ) throws(ConstrainedRiskBudgetError) -> ConstrainedRiskBudgetSolution {
    check(
      constraints.count == budgets.count,
      "ConstrainedRiskBudgetSolver: constraints of \(constraints.count) assets for "
        + "\(budgets.count) budgets")
    if let (constraint, value) = constraints.fault {
      throw .invalidBound(constraint, value: value)
    }
    let free: RiskBudgetSolution
    do { free = try base.solve(covariance: covariance, budgets: budgets) } catch {
      throw .riskBudget(error)
    }
    let assets = budgets.indices.filter { budgets[$0] > 0 }
    for i in budgets.indices where budgets[i] == 0 && constraints.lower[i] > 0 {
      throw .excludedAsset(asset: i, lower: constraints.lower[i])
    }
    // A turnover limit that the answer without it respects changes nothing; otherwise it binds.
    var problem = ConstrainedProblem(
      covariance: covariance, budgets: budgets,
      rows: ConstraintRows(constraints, assets: assets, turnover: false), definition: definition)
    let start = assets.map { free.weights[$0] }
    var optimum = try optimise(problem, constraints, start)
    if let limit = constraints.turnoverLimit, let previous = constraints.previousWeights {
      let weights = problem.weights(optimum, count: budgets.count)
      let turnover = zip(weights, previous).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
      if turnover > limit {
        problem = ConstrainedProblem(
          covariance: covariance, budgets: budgets,
          rows: ConstraintRows(constraints, assets: assets, turnover: true),
          definition: definition)
        optimum = try optimise(problem, constraints, start)
      }
    }
    let weights = problem.weights(optimum, count: budgets.count)
    let marginal = problem.product(Array(optimum.x[..<assets.count]))
    let contributions = assets.indices.map { optimum.x[$0] * marginal[$0] }
    let total = contributions.reduce(0, +)
    var shares = weights
    for (k, asset) in assets.enumerated() { shares[asset] = contributions[k] / total }
    let sum = optimum.x[..<assets.count].reduce(0, +)
    return ConstrainedRiskBudgetSolution(
      weights: weights, riskContributions: shares,
      volatility: (total * problem.unit).squareRoot() / sum, level: optimum.level * problem.unit,
      multipliers: optimum.active.enumerated().map {
        (problem.rows.constraint($0.element, constraints), optimum.multipliers[$0.offset])
      },
      diagnostics: RiskBudgetDiagnostics(
        iterations: optimum.iterations, decrement: 0, residual: optimum.residual,
        condition: free.diagnostics.condition, weaklyActiveBounds: optimum.weaklyActive),
      problem: problem, optimum: optimum, budgetSum: budgets.reduce(0, +),
      groupCount: constraints.groups.count, previous: constraints.previousWeights)
  }

  private func optimise(
    _ problem: ConstrainedProblem, _ constraints: WeightConstraints, _ start: [Double]
  ) throws(ConstrainedRiskBudgetError) -> ConstrainedOptimum {
    var answer: ConstrainedOptimum?
    switch definition {
    case .homogenised:
      if problem.rows.count == 0 {
        answer = problem.polish(start, level: 1, active: [])
      } else if let (x, active) = problem.interiorPoint() {
        answer = problem.polish(x, level: 1, active: active)
      }
    case .calibrated:
      answer = calibrated(problem, constraints)
    }
    if let answer { return answer }
    try requireFeasible(problem, constraints)
    throw .notConverged(iterations: 60, violation: .infinity)
  }

  private func calibrated(
    _ problem: ConstrainedProblem, _ constraints: WeightConstraints
  ) -> ConstrainedOptimum? {
    let assets = problem.rows.assets
    let (lower, upper) = (
      assets.map { constraints.lower[$0] }, assets.map { min(1, constraints.upper[$0]) }
    )
    var sets: [ProjectionSet] = [.box(lower: lower, upper: upper)]
    for group in constraints.groups {
      let members = assets.indices.filter { group.members.contains(assets[$0]) }
      sets.append(
        .group(members: members, minimum: group.minimum, maximum: group.maximum))
    }
    if problem.rows.hasTurnover, let previous = constraints.previousWeights {
      sets.append(
        .turnover(
          centre: assets.map { previous[$0] }, radius: problem.rows.bounds[problem.rows.count - 1]))
    }
    guard
      let (x, level) = problem.calibrate(
        groups: sets, lower: lower, upper: upper, usesADMM: sets.count > 1)
    else { return nil }
    let full = problem.withAuxiliary(x)
    let active = (0..<problem.rows.count).filter {
      problem.rows.isEquality[$0] || problem.excess($0, full) > -1e-5
    }
    return problem.polish(full.map { max($0, 1e-12) }, level: level, active: active)
  }

  /// Throws the certificate if the constraints cannot be met.
  private func requireFeasible(
    _ problem: ConstrainedProblem, _ constraints: WeightConstraints
  ) throws(ConstrainedRiskBudgetError) {
    let rows = problem.rows
    var sum = [Double](repeating: 0, count: rows.variables)
    for k in 0..<problem.n { sum[k] = 1 }
    let feasibility = Feasibility(
      rows: rows.coefficients + [sum], bounds: rows.bounds + [1],
      isEquality: rows.isEquality + [true])
    guard feasibility.violation > 1e-9 else { return }
    var named: [WeightConstraint] = []
    for (row, _) in feasibility.conflict where row < rows.count {
      let constraint = rows.constraint(row, constraints)
      if !named.contains(constraint) { named.append(constraint) }
    }
    throw .infeasible(named, violation: feasibility.violation)
  }
}

extension ConstrainedProblem {
  /// The weights of all assets.
  func weights(_ optimum: ConstrainedOptimum, count: Int) -> [Double] {
    var weights = [Double](repeating: 0, count: count)
    let total = optimum.x[..<n].reduce(0, +)
    for (k, asset) in rows.assets.enumerated() { weights[asset] = optimum.x[k] / total }
    return weights
  }
}
