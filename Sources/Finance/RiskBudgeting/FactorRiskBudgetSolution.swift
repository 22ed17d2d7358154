internal import Autodiff

/// A solved factor risk-budgeting problem, with all that its exact gradient needs.
public struct FactorRiskBudgetSolution: Sendable {
  /// The covariance that was solved for.
  public let covariance: FactorCovariance
  /// The weights, which sum to one; zero where the budget is zero.
  public let weights: [Double]
  /// The minimiser `y` of `½ yᵀΣy − Σᵢ bᵢ ln yᵢ`, of which the weights are `y / 1ᵀy`.
  public let y: [Double]
  /// The portfolio's volatility `√(wᵀΣw)`, per period of the covariance.
  public let volatility: Double
  /// How the iteration went.
  public let diagnostics: RiskBudgetDiagnostics
  let saved: [Double]

  /// The exact gradient of a loss whose gradient with respect to the weights is `cotangent`.
  public func gradient(cotangent: [Double]) -> FactorRiskBudgetGradient {
    let (n, k) = (weights.count, covariance.factors.rows)
    check(
      cotangent.count == n,
      "FactorRiskBudgetSolution: \(cotangent.count) cotangents for \(n) weights")
    var loadings = Matrix(rows: n, columns: k)
    var factors = Matrix(rows: k, columns: k)
    var idiosyncratic = [Double](repeating: 0, count: n)
    var budgets = idiosyncratic
    var scratch = [Double](
      repeating: 0, count: FactorRiskBudgetSolver.scratchCount(n, factors: k))
    FactorRiskBudgetSolver.backward(
      count: n, factorCount: k, loadings: covariance.loadings.elements,
      factors: covariance.factors.elements, cotangent: cotangent, save: saved, scratch: &scratch,
      loadingsGradient: &loadings.elements, factorsGradient: &factors.elements,
      idiosyncraticGradient: &idiosyncratic, budgetGradient: &budgets)
    return FactorRiskBudgetGradient(
      loadings: loadings, factors: factors, idiosyncratic: idiosyncratic, budgets: budgets)
  }
}
