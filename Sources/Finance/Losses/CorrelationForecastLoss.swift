public import Autodiff

/// How far correlation forecasts are from the returns that came: the Gaussian quasi-likelihood of
/// standardised returns, `mean_d (ln det R_d + 1/H Σ_t z_dtᵀ R_d⁻¹ z_dt) / N`.
///
/// It is least on average at the true correlations, whatever the distribution of the returns, if the
/// volatilities that standardise them are right.
///
/// - Shapes: correlations `[D, N, N]`, positive definite; shocks `[D, N, H]`, each return of the H
///   rows that follow over its forecast volatility → scalar.
/// - Source: Engle (2002), *Dynamic Conditional Correlation*, J. Business & Economic Statistics
///   20(3), the second step's likelihood.
public struct CorrelationForecastLoss: Sendable {
  /// The loss; it has no settings.
  public init() {}

  /// The loss of forecasts against shocks.
  ///
  /// Throws a `FactorizationError` for correlations that are not positive definite.
  public func callAsFunction(
    _ correlations: Variable, shocks: Variable
  ) throws(FactorizationError) -> Variable {
    let (square, shape) = (correlations.shape, shocks.shape)
    check(
      shape.rank == 3 && shape[2] > 0 && square == Shape(shape[0], shape[1], shape[1]),
      "CorrelationForecastLoss: correlations \(square), shocks \(shape)")
    let (n, horizon) = (shape[1], shape[2])
    let factor = try choleskyFactor(correlations)
    let whitened = try solveTriangular(factor, shocks)
    let distance = whitened.squared().sum().scaled(by: 1 / Scalar(shape[0] * horizon))
    let volume = try logDeterminant(correlations).mean()
    return (volume + distance).scaled(by: 1 / Scalar(n))
  }
}
