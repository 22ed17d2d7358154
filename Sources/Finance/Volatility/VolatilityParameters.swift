/// The parameters of a volatility model in their usual, natural form.
///
/// With ε = r − μ: GARCH and GJR `hₜ₊₁ = ω + (α + γ·[ε < 0]) ε² + β hₜ`; EGARCH
/// `ln hₜ₊₁ = ω + α(|z| − √(2/π)) + γ z + β ln hₜ` with z = ε/√h. What a model does not have is 0, and
/// infinite for the degrees of freedom.
///
/// - Units: those of the returns: μ like a return, ω like a variance (for EGARCH, of its logarithm).
public struct VolatilityParameters: Sendable, Hashable {
  /// μ, the mean return.
  public var mu: Double
  /// ω, the constant of the recursion.
  public var omega: Double
  /// α, the weight of the last shock.
  public var alpha: Double
  /// γ, the asymmetry: more weight on negative shocks (GJR > 0, EGARCH < 0 for equities).
  public var gamma: Double
  /// β, the weight of the last variance.
  public var beta: Double
  /// ν, the degrees of freedom of Student's t scaled to unit variance; > 2.
  public var degreesOfFreedom: Double

  /// Parameters; the defaults are those of a model without the feature.
  public init(
    mu: Double = 0, omega: Double, alpha: Double, gamma: Double = 0, beta: Double,
    degreesOfFreedom: Double = .infinity
  ) {
    self.mu = mu
    self.omega = omega
    self.alpha = alpha
    self.gamma = gamma
    self.beta = beta
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// μ, ω, α, γ, β, ν in the lanes of the likelihood kernel; the last two are unused.
  var lanes: VolatilityKernel.Lanes {
    VolatilityKernel.Lanes(mu, omega, alpha, gamma, beta, degreesOfFreedom, 0, 0)
  }

  init(lanes: VolatilityKernel.Lanes) {
    self.init(
      mu: lanes[0], omega: lanes[1], alpha: lanes[2], gamma: lanes[3], beta: lanes[4],
      degreesOfFreedom: lanes[5])
  }
}
