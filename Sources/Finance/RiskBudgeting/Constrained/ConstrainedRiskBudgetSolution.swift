internal import Autodiff

/// A solved constrained risk-budgeting problem, with all that its exact gradient needs.
public struct ConstrainedRiskBudgetSolution: Sendable {
  /// The weights, which sum to one and meet the constraints.
  public let weights: [Double]
  /// The shares of the portfolio's variance; they sum to one.
  public let riskContributions: [Double]
  /// The portfolio's volatility `√(wᵀΣw)`, per period of the covariance.
  public let volatility: Double
  /// Definition (A): the `λ` of `½xᵀΣx − λ Σ b ln x` with `Σb = 1`.
  public let level: Double
  /// The active constraints with their multipliers (in units of the assets' mean variance).
  public let multipliers: [(constraint: WeightConstraint, multiplier: Double)]
  /// How the iteration went; its `weaklyActiveBounds` counts constraints that are met without being
  /// needed, where the gradient is one-sided.
  public let diagnostics: RiskBudgetDiagnostics
  let problem: ConstrainedProblem
  let optimum: ConstrainedOptimum
  let budgetSum: Double
  let groupCount: Int
  let previous: [Double]?

  /// The exact gradient of a loss whose gradient with respect to the weights is `cotangent`.
  ///
  /// By the implicit function theorem on the optimality conditions with the active rows fixed. (B):
  /// `[H Gᵀ; G 0] (v, η) = (ḡ, 0)`, `∂L/∂b = v ⊘ y`, `∂L/∂Σ = −sym(v yᵀ)`,
  /// `∂L/∂d = μ 1ᵀv + η 1ᵀy`. (A): the transposed system of `(x, μ, λ)`, `∂L/∂b = λ v ⊘ x`,
  /// `∂L/∂d = η`.
  public func gradient(cotangent: [Double]) -> ConstrainedRiskBudgetGradient {
    let count = weights.count
    check(
      cotangent.count == count,
      "ConstrainedRiskBudgetSolution: \(cotangent.count) cotangents for \(count) weights")
    let zeros = [Double](repeating: 0, count: count)
    var result = ConstrainedRiskBudgetGradient(
      covariance: Matrix(rows: count, columns: count), budgets: zeros, lower: zeros, upper: zeros,
      groupMinima: [Double](repeating: 0, count: groupCount),
      groupMaxima: [Double](repeating: 0, count: groupCount), previousWeights: zeros,
      turnoverLimit: 0)
    let (n, assets, x) = (problem.n, problem.rows.assets, optimum.x)
    let homogenised = problem.definition == .homogenised
    let jacobian = problem.jacobian(optimum, transposed: true)
    var right = [Double](repeating: 0, count: jacobian.rows)
    let total = x[..<n].reduce(0, +)
    let mean = zip(weights, cotangent).reduce(0) { $0 + $1.0 * $1.1 }
    for (k, asset) in assets.enumerated() {
      right[k] = homogenised ? (cotangent[asset] - mean) / total : cotangent[asset] - mean
    }
    guard let factor = LUFactorization(jacobian) else {
      fatalError("ConstrainedRiskBudgetSolution: the optimality conditions are singular")
    }
    let solution = factor.solve(right)
    let sumV = solution[..<n].reduce(0, +)
    for (k, asset) in assets.enumerated() {
      result.budgets[asset] = optimum.level * solution[k] / x[k] / budgetSum
      for (l, other) in assets.enumerated() {
        result.covariance[asset, other] =
          -0.5 * (solution[k] * x[l] + solution[l] * x[k]) / problem.unit
      }
    }
    for (position, row) in optimum.active.enumerated() {
      let η = solution[problem.variables + position]
      let bound =
        homogenised ? optimum.multipliers[position] * sumV + η * total : η
      switch problem.rows.parameters[row] {
      case .lower(let asset): result.lower[asset] -= bound
      case .upper(let asset): result.upper[asset] += bound
      case .groupMinimum(let group): result.groupMinima[group] -= bound
      case .groupMaximum(let group): result.groupMaxima[group] += bound
      case .bought(let asset): result.previousWeights[asset] += bound
      case .sold(let asset): result.previousWeights[asset] -= bound
      case .turnover:
        result.turnoverLimit += bound
        for asset in 0..<count where !assets.contains(asset) {
          result.previousWeights[asset] -= (previous?[asset] ?? 0) < 0 ? -bound : bound
        }
      }
    }
    return result
  }
}
