/// Conditional correlations estimated in two steps, with what is known about the estimate.
public struct CorrelationFit: Sendable {
  /// The model.
  public let model: CorrelationModel
  /// The models of the single series.
  public let margins: [VolatilityFit]
  /// Q̄, the second moments of the shocks, `[N, N]`, positive definite.
  public let target: Matrix
  /// The weight of the last shocks; 0 for constant correlations.
  public let a: Double
  /// The weight of the last Q; 0 for constant correlations.
  public let b: Double
  /// The log-likelihood of the returns: of the margins, and of the correlations given their shocks.
  ///
  /// With margins of Student's t the second part keeps its normal likelihood.
  public let logLikelihood: Double
  /// The covariance of (a, b), given the margins, from the observed information.
  ///
  /// It leaves out the sampling error of the first step. Nil where (a, b) are on a bound or were not
  /// estimated.
  public let covariance: Matrix?
  /// The same by `H⁻¹ S H⁻¹`.
  public let robustCovariance: Matrix?
  /// The parameters on a bound: `a`, `b`, `persistence`; those of the margins are theirs.
  public let onBounds: [String]
  /// The iterations of the second step.
  public let iterations: Int
  /// The evaluations of the second step's likelihood with its gradient.
  public let evaluations: Int

  /// The standard errors of a and b given the margins; NaN where there are none.
  public var standardErrors: [Double] { Self.roots(covariance) }

  /// The robust standard errors of a and b given the margins; NaN where there are none.
  public var robustStandardErrors: [Double] { Self.roots(robustCovariance) }

  private static func roots(_ matrix: Matrix?) -> [Double] {
    matrix.map { [$0[0, 0].squareRoot(), $0[1, 1].squareRoot()] } ?? [.nan, .nan]
  }
}
