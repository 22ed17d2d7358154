/// The gradient of a loss with respect to the inputs of a risk-budgeting problem.
public struct RiskBudgetGradient: Sendable, Hashable {
  /// `∂L/∂Σ` `[N, N]`, symmetric: moving `Σᵢⱼ` and `Σⱼᵢ` together changes `L` at the rate
  /// `2 [∂L/∂Σ]ᵢⱼ`.
  public let covariance: Matrix
  /// `∂L/∂b` `[N]`; zero for excluded assets.
  public let budgets: [Double]
}
