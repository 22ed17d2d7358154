internal import Finance

/// The covariance estimators of `train allocate`.
enum AllocationEstimator: String, CaseIterable {
  case sample
  case ewma
  case ledoitWolf = "ledoit-wolf"
  case oas
  case denoised
  case principalComponents = "pca"
  case constantCorrelation = "ccc"
  case dynamicCorrelation = "dcc"

  /// The covariance of returns `[T, N]`, per row; of the models the forecast for the next row.
  static func covariance(_ arguments: CommandLineArguments, of returns: Matrix) throws -> Matrix {
    let estimator = try arguments.choice("estimator", of: Self.self) ?? .sample
    for (option, takers) in [
      ("half-life", [Self.ewma]), ("factors", [.principalComponents]),
      ("margin", [.constantCorrelation, .dynamicCorrelation]),
    ] where arguments.has(option) && !takers.contains(estimator) {
      let names = takers.map(\.rawValue).joined(separator: ", ")
      throw UsageError("--\(option) goes with --estimator \(names), not \(estimator.rawValue)")
    }
    let window = returns.rows
    switch estimator {
    case .sample: return SampleCovariance(window: window).covariance(of: returns)
    case .ewma:
      let halfLife = try arguments.double("half-life", in: .above(0)) ?? 20
      return EWMACovariance(halfLife: halfLife, window: window).covariance(of: returns)
    case .ledoitWolf: return LedoitWolfCovariance(window: window).covariance(of: returns)
    case .oas: return OASCovariance(window: window).covariance(of: returns)
    case .denoised: return DenoisedCovariance(window: window).covariance(of: returns)
    case .principalComponents:
      let factors = try arguments.int("factors", in: 1...returns.columns)
      return PrincipalComponentCovariance(
        factors: factors ?? min(3, returns.columns), window: window
      ).covariance(of: returns)
    case .constantCorrelation, .dynamicCorrelation:
      let margin = try arguments.choice("margin", of: VolatilityModel.Dynamics.self) ?? .garch
      let fit = try CorrelationModel(
        estimator == .dynamicCorrelation ? .dynamic : .constant, margin: VolatilityModel(margin)
      ).fit(returns)
      return fit.forecast(after: returns, horizon: 1)[0]
    }
  }
}
