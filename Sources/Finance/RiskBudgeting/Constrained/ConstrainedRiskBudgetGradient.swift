/// The gradient of a loss with respect to the inputs of a constrained risk-budgeting problem.
///
/// Only active constraints have a gradient.
public struct ConstrainedRiskBudgetGradient: Sendable, Hashable {
  /// `∂L/∂Σ` `[N, N]`, symmetric.
  public internal(set) var covariance: Matrix
  /// `∂L/∂b` `[N]`.
  public internal(set) var budgets: [Double]
  /// With respect to the lower bounds `[N]`; an asset whose bounds are equal has its gradient in
  /// ``upper``.
  public internal(set) var lower: [Double]
  /// With respect to the upper bounds `[N]`.
  public internal(set) var upper: [Double]
  /// With respect to the groups' minima.
  public internal(set) var groupMinima: [Double]
  /// With respect to the groups' maxima.
  public internal(set) var groupMaxima: [Double]
  /// With respect to the previous weights `[N]`.
  public internal(set) var previousWeights: [Double]
  /// With respect to the turnover limit.
  public internal(set) var turnoverLimit: Double
}
