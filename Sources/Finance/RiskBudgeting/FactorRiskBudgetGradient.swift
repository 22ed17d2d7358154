/// The gradient of a loss with respect to the inputs of a factor risk-budgeting problem.
public struct FactorRiskBudgetGradient: Sendable, Hashable {
  /// `∂L/∂B` `[N, K]`; zero in the rows of excluded assets.
  public let loadings: Matrix
  /// `∂L/∂Φ` `[K, K]`, symmetric: moving `Φₐᵦ` and `Φᵦₐ` together changes `L` at twice its rate.
  public let factors: Matrix
  /// `∂L/∂d` `[N]`; zero for excluded assets.
  public let idiosyncratic: [Double]
  /// `∂L/∂b` `[N]`; zero for excluded assets.
  public let budgets: [Double]
}
