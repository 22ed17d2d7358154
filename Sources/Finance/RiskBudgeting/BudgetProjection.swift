internal import Autodiff

/// The nearest risk budgets within bounds of assets and groups, `min ½‖b − z‖²` over `Σb = 1`,
/// `l ≤ b ≤ c` and `m_g ≤ Σ_{i∈g} bᵢ ≤ M_g`: "no asset, and no group, dominates the risk budget".
///
/// Exact: a dual active-set method ends, after finitely many changes of the active set, at the
/// solution itself. Between changes of the active set the projection is linear, and its derivative is
/// the orthogonal projector on what the active constraints leave free: with the free assets F and the
/// active rows R (the sum and groups), `ν = (A_RF A_RFᵀ)⁻¹ A_RF b̄_F`,
/// `z̄_F = b̄_F − A_RFᵀ ν`, `z̄ = 0` elsewhere; an active bound of an asset gets `b̄ᵢ − (A_Rᵀν)ᵢ`, an
/// active bound of a group `ν_g`.
///
/// - Shapes: `z`, `b` `[N]`. Units: shares of the risk.
/// - Edge cases: groups may overlap. Budgets within all bounds that sum to one are not moved. Where an
///   active constraint is not needed the derivative is one-sided; ``BudgetProjectionSolution``
///   counts such constraints.
/// - Source: Goldfarb & Idnani (1983), *A numerically stable dual method for solving strictly convex
///   quadratic programs*, Mathematical Programming 27.
public struct BudgetProjection: Sendable, Hashable {
  /// The bounds; a turnover limit has no meaning here.
  public let constraints: WeightConstraints

  /// A projection on bounds.
  public init(constraints: WeightConstraints) {
    check(
      constraints.turnoverLimit == nil, "BudgetProjection: budgets have no turnover limit")
    self.constraints = constraints
  }

  /// The nearest budgets.
  ///
  /// Throws a ``BudgetProjectionError`` if the bounds contradict each other or a number is none.
  public func project(
    _ z: [Double]
  ) throws(BudgetProjectionError) -> BudgetProjectionSolution {
    check(
      z.count == constraints.count && !z.isEmpty,
      "BudgetProjection: \(z.count) budgets for bounds of \(constraints.count) assets")
    if let fault = constraints.fault { throw .invalidBound(fault.constraint, value: fault.value) }
    for (i, value) in z.enumerated() {
      guard value.magnitude <= BudgetProjectionError.largestBudget else {
        throw .invalidBudget(asset: i, value: value)
      }
    }
    var search = BudgetProjectionSearch(z, constraints)
    try search.run()
    return search.solution
  }
}
