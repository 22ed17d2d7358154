internal import Autodiff

/// The portfolio of least variance, `min wᵀΣw` over `Σw = 1`, `l ≤ w ≤ c`; long-only by default.
///
/// Exact, by a primal active-set method: the answer satisfies the optimality conditions
/// `(Σw)ᵢ = μ` between the bounds, `≥ μ` at a lower bound, `≤ μ` at an upper one, to rounding. A
/// singular covariance is no exception; where several portfolios share the least variance, one of
/// them is returned, always the same.
///
/// - Source: Markowitz (1952); Nocedal & Wright (2006), *Numerical Optimization*, §16.5.
public struct MinimumVariance: AllocationRule {
  /// The rule's name in reports.
  public let name = "minimum variance"
  /// The bounds of the weights; `nil` for `0 ≤ w ≤ 1`.
  public let bounds: SimplexBounds?

  /// The rule.
  public init(bounds: SimplexBounds? = nil) { self.bounds = bounds }

  /// The weights; throws a ``MinimumVarianceError``.
  public func weights(covariance: Matrix) throws(MinimumVarianceError) -> [Double] {
    let n = covariance.rows
    check(n > 0 && covariance.columns == n, "MinimumVariance: \(n) × \(covariance.columns)")
    check(
      bounds.map { $0.count == n } ?? true,
      "MinimumVariance: bounds of \(bounds?.count ?? 0) assets for \(n)")
    let volatilities: [Double]
    do throws(CovarianceError) {
      volatilities = try CorrelationForm.volatilities(covariance: covariance)
    } catch { throw .covariance(error) }
    let zeros = [Double](repeating: 0, count: n)
    var search = ActiveSet(
      covariance: covariance, volatilities: volatilities, lower: bounds?.lower ?? zeros,
      upper: bounds?.upper ?? zeros.map { _ in 1 })
    return try search.run()
  }

  /// The rule within the bounds of some of the assets.
  public func restricted(to assets: [Int]) throws -> any DecisionRule {
    MinimumVariance(bounds: try bounds?.restricted(to: assets))
  }
}
