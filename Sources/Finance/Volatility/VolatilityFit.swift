#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// A volatility model estimated by maximum likelihood, with what is known about the estimate.
public struct VolatilityFit: Sendable {
  /// The model.
  public let model: VolatilityModel
  /// The estimates, in the units of the returns.
  public let parameters: VolatilityParameters
  /// The log-likelihood at the estimates, with all constants.
  public let logLikelihood: Double
  /// The number of returns.
  public let count: Int
  /// The covariance of the estimates from the inverse of the observed information, in the order of
  /// `model.parameterNames`.
  ///
  /// A parameter held by a bound has a row of NaN, and the rest is conditional on it: its estimate is
  /// not normally distributed. All NaN where the information is singular (nothing to identify the
  /// parameters by, as in returns without any clustering).
  public let covariance: Matrix
  /// The same by `H⁻¹ S H⁻¹`, S the sum of the scores' outer products: right for a normal
  /// quasi-likelihood of shocks that are not normal.
  ///
  /// - Source: Bollerslev & Wooldridge (1992), Econometric Reviews 11.
  public let robustCovariance: Matrix
  /// The parameters on a bound: `alpha`, `beta`, `alpha + gamma`, `omega`, `persistence`, `nu`.
  public let onBounds: [String]
  /// The iterations of the search.
  public let iterations: Int
  /// The evaluations of the likelihood with its gradient.
  public let evaluations: Int

  /// The estimates by name, in the order of `model.parameterNames`.
  public var estimates: [Double] { model.freeLanes.map { parameters.lanes[$0] } }

  /// The standard errors from the observed information.
  public var standardErrors: [Double] {
    (0..<covariance.rows).map { covariance[$0, $0].squareRoot() }
  }

  /// The robust standard errors.
  public var robustStandardErrors: [Double] {
    (0..<robustCovariance.rows).map { robustCovariance[$0, $0].squareRoot() }
  }

  /// Akaike's information criterion, `2k − 2ℓ`; smaller is better.
  public var akaike: Double { 2 * Double(covariance.rows) - 2 * logLikelihood }

  /// Schwarz' information criterion, `k ln T − 2ℓ`; smaller is better.
  public var schwarz: Double {
    Double(covariance.rows) * log(Double(count)) - 2 * logLikelihood
  }
}
