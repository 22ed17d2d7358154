/// How an iteration went.
public struct RiskBudgetDiagnostics: Sendable, Hashable {
  /// The number of Newton steps, each with one Cholesky factorisation.
  public let iterations: Int
  /// The largest relative change of a holding in the last step: about the square root of the error
  /// that is left.
  public let decrement: Double
  /// The largest deviation of a risk share `wᵢ(Σw)ᵢ / wᵀΣw` from its budget share, after the last
  /// step.
  public let residual: Double
}
