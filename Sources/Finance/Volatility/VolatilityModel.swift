internal import Autodiff

/// A model of the conditional variance of one series of returns.
///
/// `rₜ = μ + εₜ`, `εₜ = √hₜ zₜ`, z independent with mean 0 and variance 1; h follows one of the
/// ``Dynamics``. A value without numbers: ``fit(_:)`` estimates the parameters, which the other
/// functions take.
///
/// - Units: any; returns in percent and as fractions give the same fit. Log-likelihoods differ by
///   `T ln(unit)`.
public struct VolatilityModel: Sendable, Hashable {
  /// How the variance moves; the formulas are those of ``VolatilityParameters``.
  public enum Dynamics: String, Sendable, CaseIterable {
    /// GARCH(1,1): Bollerslev (1986), *Generalized Autoregressive Conditional Heteroskedasticity*,
    /// J. Econometrics 31.
    case garch
    /// Negative shocks weigh differently: Glosten, Jagannathan & Runkle (1993), J. Finance 48.
    case gjr
    /// The logarithm of the variance moves: Nelson (1991), Econometrica 59.
    case egarch
  }

  /// The mean of the returns.
  public enum Mean: String, Sendable, CaseIterable {
    /// μ = 0.
    case zero
    /// μ is estimated with the other parameters.
    case constant
  }

  /// The distribution of z.
  public enum Distribution: String, Sendable, CaseIterable {
    /// Standard normal; for any other z a quasi-likelihood, whose estimates stay consistent.
    case normal
    /// Student's t scaled to unit variance (Bollerslev 1987).
    case studentT
  }

  /// The variance that the recursion starts from.
  public enum FirstVariance: String, Sendable, CaseIterable {
    /// `h₁ = mean ε²`, which moves with μ: Fiorentini, Calzolari & Panattoni (1996), the published
    /// benchmark.
    case sampleMean
    /// h₁ is one step of the recursion from `Σ 0.94ᵏ (rₖ − r̄)² / Σ 0.94ᵏ` over the first 75 rows, in
    /// the place of both ε² and h; EGARCH without a shock. What the Python package `arch` does.
    case backcast
  }

  /// How the variance moves.
  public let dynamics: Dynamics
  /// The mean of the returns.
  public let mean: Mean
  /// The distribution of the standardised shocks.
  public let distribution: Distribution
  /// Where the recursion starts.
  public let firstVariance: FirstVariance

  /// A model.
  public init(
    _ dynamics: Dynamics, mean: Mean = .constant, distribution: Distribution = .normal,
    firstVariance: FirstVariance = .sampleMean
  ) {
    self.dynamics = dynamics
    self.mean = mean
    self.distribution = distribution
    self.firstVariance = firstVariance
  }

  /// The names of the estimated parameters: of `mu omega alpha gamma beta nu` those it has.
  public var parameterNames: [String] { freeLanes.map { VolatilityKernel.names[$0] } }

  /// The lanes of the estimated parameters.
  var freeLanes: [Int] {
    (mean == .constant ? [0] : []) + [1, 2] + (dynamics == .garch ? [] : [3]) + [4]
      + (distribution == .studentT ? [5] : [])
  }

  /// The log-likelihood of returns under given parameters; −∞ where they make no sense of them.
  public func logLikelihood(_ parameters: VolatilityParameters, returns: [Double]) -> Double {
    checkShapes(parameters, returns)
    var gradient = VolatilityKernel.Lanes()
    return VolatilityKernel(self, returns: returns).evaluate(
      parameters.lanes, gradient: &gradient)
  }

  /// The log-likelihood and its exact gradient, in the order of ``parameterNames``.
  public func score(
    _ parameters: VolatilityParameters, returns: [Double]
  ) -> (logLikelihood: Double, gradient: [Double]) {
    checkShapes(parameters, returns)
    var gradient = VolatilityKernel.Lanes()
    let value = VolatilityKernel(self, returns: returns).evaluate(
      parameters.lanes, gradient: &gradient)
    return (value, freeLanes.map { gradient[$0] })
  }

  func checkShapes(_ parameters: VolatilityParameters, _ returns: [Double]) {
    check(!returns.isEmpty, "VolatilityModel: no returns")
    check(
      (distribution == .studentT) == parameters.degreesOfFreedom.isFinite
        && parameters.degreesOfFreedom > 2,
      "VolatilityModel: \(parameters.degreesOfFreedom) degrees of freedom for \(distribution)")
  }
}
