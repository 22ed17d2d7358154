internal import Autodiff

/// Risk budgeting under a factor covariance, in time and memory linear in the number of assets.
///
/// The problem is that of ``RiskBudgetSolver`` with `Σ = B Φ Bᵀ + diag(d)`, which is never formed:
/// a sweep of coordinate descent carries `K` factor exposures along, and a Newton step solves its
/// system by the Woodbury identity, `O(N K²)`. The gradient reaches `B`, `Φ`, `d` and `b` the same
/// way.
///
/// - Edge cases: those of ``RiskBudgetSolver``; `d` may be zero and `Φ` singular, as long as every
///   asset with a budget has a variance.
/// - Source: Spinu (2013), *An Algorithm for Computing Risk Parity Weights*; Woodbury (1950),
///   *Inverting Modified Matrices*.
public struct FactorRiskBudgetSolver: Sendable, Hashable {
  /// The relative precision of the covariance's entries; see ``RiskBudgetSolver/roundingUnit``.
  public let roundingUnit: Double
  /// See ``RiskBudgetSolver/tolerance``.
  public let tolerance: Double
  /// After so many Newton steps the solver gives up; ordinary problems need 3 to 12.
  public let maximumIterations: Int

  /// A solver; the defaults suit covariances computed in double precision.
  public init(
    roundingUnit: Double = Double.ulpOfOne, tolerance: Double = 1e-10, maximumIterations: Int = 500
  ) {
    check(
      roundingUnit >= Double.ulpOfOne && roundingUnit < 1e-2,
      "FactorRiskBudgetSolver: rounding unit \(roundingUnit) is outside \(Double.ulpOfOne)..<0.01")
    check(
      tolerance > 0 && tolerance <= 1e-6,
      "FactorRiskBudgetSolver: tolerance \(tolerance) is outside 0...1e-6")
    check(
      maximumIterations > 0, "FactorRiskBudgetSolver: maximum of \(maximumIterations) iterations")
    self.roundingUnit = roundingUnit
    self.tolerance = tolerance
    self.maximumIterations = maximumIterations
  }

  /// Solves one problem.
  ///
  /// `start` is the `y` of a neighbouring problem. Throws a ``RiskBudgetError`` with the cause, its
  /// numbers and the remedy.
  public func solve(
    covariance: FactorCovariance, budgets: [Double], start: [Double]? = nil
  ) throws(RiskBudgetError) -> FactorRiskBudgetSolution {
    let (n, k) = (budgets.count, covariance.factors.rows)
    check(
      covariance.count == n,
      "FactorRiskBudgetSolver: covariance of \(covariance.count) assets for \(n) budgets")
    check(
      start.map { $0.count == n } ?? true,
      "FactorRiskBudgetSolver: start of \(start?.count ?? 0) for \(n) budgets")
    guard n > 0 else { throw .noBudget(count: 0) }
    var weights = [Double](repeating: 0, count: n)
    var saved = [Double](repeating: 0, count: Self.saveCount(n, factors: k))
    var scratch = [Double](repeating: 0, count: Self.scratchCount(n, factors: k))
    let diagnostics = try solve(
      count: n, factorCount: k, loadings: covariance.loadings.elements,
      factors: covariance.factors.elements, idiosyncratic: covariance.idiosyncratic,
      budgets: budgets, start: start, weights: &weights, save: &saved, scratch: &scratch)
    return FactorRiskBudgetSolution(
      covariance: covariance, weights: weights,
      y: Array(saved[RiskBudgetSave.y..<RiskBudgetSave.y + n]),
      volatility: saved[RiskBudgetSave.variance].squareRoot(), diagnostics: diagnostics,
      saved: saved)
  }
}
