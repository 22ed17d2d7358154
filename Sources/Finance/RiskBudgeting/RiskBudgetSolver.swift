internal import Autodiff

/// Long-only portfolios whose risk is shared out in given proportions.
///
/// Finds `w > 0`, `Σw = 1`, with `wᵢ(Σw)ᵢ / wᵀΣw = bᵢ / Σb`, through the convex problem
/// `y = argmin ½ yᵀΣy − Σᵢ bᵢ ln yᵢ`, `w = y / 1ᵀy`. The normalisation must come *after* the solve:
/// imposed inside it, it would give `w ≈ b` whatever the covariance.
///
/// - Shapes: `Σ` `[N, N]`, `b`, `y`, `w` `[N]`.
/// - Units: `Σ` of simple returns per period; budgets and weights are fractions. Budgets need not sum
///   to one; only their proportions matter for `w`.
/// - Edge cases: an asset with budget 0 is excluded (weight 0, and its row of `Σ` may hold anything,
///   NaN included). A singular `Σ` is solved whenever a solution exists: unless some long-only
///   portfolio has no risk at all.
/// - Source: Spinu (2013), *An Algorithm for Computing Risk Parity Weights*, SSRN 2297383.
public struct RiskBudgetSolver: Sendable, Hashable {
  /// The relative precision of the covariance's entries.
  ///
  /// It decides when an asymmetry, a negative eigenvalue or a vanishing variance is rounding and
  /// when it is refused: correlations are tested against `16 N · roundingUnit`. Entries printed with
  /// six digits have `1e-6`, results of single-precision arithmetic `Float.ulpOfOne`.
  public let roundingUnit: Double
  /// The iteration stops when the largest relative error of a risk contribution is a thousandth of
  /// this, or, where rounding forbids so much, when the largest relative change of a holding falls
  /// below it: one step of quadratic convergence later the error is its square.
  public let tolerance: Double
  /// After so many Newton steps the solver gives up; ordinary problems need 3 to 12.
  public let maximumIterations: Int
  /// Whether every covariance is proved to have no negative eigenvalue, by a factorisation that costs
  /// n³/3 operations: most of the time for hundreds of assets.
  ///
  /// Without it an indefinite matrix may be solved as if it were a covariance. Leave it out only for
  /// matrices that are semidefinite by construction, as every estimator's are.
  public let certifies: Bool

  /// A solver; the defaults suit covariances computed in double precision.
  public init(
    roundingUnit: Double = Double.ulpOfOne, tolerance: Double = 1e-10, maximumIterations: Int = 500,
    certifies: Bool = true
  ) {
    check(
      roundingUnit >= Double.ulpOfOne && roundingUnit < 1e-2,
      "RiskBudgetSolver: rounding unit \(roundingUnit) is outside \(Double.ulpOfOne)..<0.01")
    check(
      tolerance > 0 && tolerance <= 1e-6,
      "RiskBudgetSolver: tolerance \(tolerance) is outside 0...1e-6")
    check(maximumIterations > 0, "RiskBudgetSolver: maximum of \(maximumIterations) iterations")
    self.roundingUnit = roundingUnit
    self.tolerance = tolerance
    self.maximumIterations = maximumIterations
    self.certifies = certifies
  }

  /// Solves one problem.
  ///
  /// `start` is the `y` of a neighbouring problem, say the previous date's; the answer is the same to
  /// rounding, usually after fewer steps. It is ignored where it cannot serve: unless it is positive
  /// and finite for every asset with a budget.
  ///
  /// Throws a ``RiskBudgetError`` with the cause, its numbers and the remedy.
  public func solve(
    covariance: Matrix, budgets: [Double], start: [Double]? = nil
  ) throws(RiskBudgetError) -> RiskBudgetSolution {
    let n = budgets.count
    check(
      covariance.rows == n && covariance.columns == n,
      "RiskBudgetSolver: covariance \(covariance.rows) × \(covariance.columns) for \(n) budgets")
    check(
      start.map { $0.count == n } ?? true,
      "RiskBudgetSolver: start of \(start?.count ?? 0) for \(n) budgets")
    guard n > 0 else { throw .noBudget(count: 0) }
    var weights = [Double](repeating: 0, count: n)
    var saved = [Double](repeating: 0, count: Self.saveCount(n))
    var scratch = [Double](repeating: 0, count: Self.scratchCount(n))
    // Passing arrays as pointer arguments keeps the typed error, which closures would lose.
    let diagnostics = try solve(
      count: n, covariance: covariance.elements, budgets: budgets, start: start,
      weights: &weights, save: &saved, scratch: &scratch)
    let shares = Self.riskShares(covariance: covariance, weights: weights)
    return RiskBudgetSolution(
      weights: weights, y: Array(saved[RiskBudgetSave.y..<RiskBudgetSave.y + n]),
      volatility: saved[RiskBudgetSave.variance].squareRoot(), riskContributions: shares,
      diagnostics: diagnostics, saved: saved)
  }

  /// `wᵢ(Σw)ᵢ / wᵀΣw` over the assets held.
  private static func riskShares(covariance: Matrix, weights: [Double]) -> [Double] {
    let n = weights.count
    var products = [Double](repeating: 0, count: n)
    var total = 0.0
    for i in 0..<n where weights[i] > 0 {
      var sum = 0.0
      for j in 0..<n where weights[j] > 0 { sum += covariance[i, j] * weights[j] }
      products[i] = weights[i] * sum
      total += products[i]
    }
    return products.map { $0 / total }
  }
}
