internal import Finance

extension CovarianceSettings {
  /// The estimator of a command line, over all rows of some returns `[T, N]`.
  init(_ arguments: CommandLineArguments, for returns: Matrix) throws {
    let estimator = try arguments.choice("estimator", of: Estimator.self) ?? .sample
    for (option, takers) in [
      ("half-life", [Estimator.ewma]), ("factors", [.principalComponents]),
      ("margin", [.constantCorrelation, .dynamicCorrelation]),
    ] where arguments.has(option) && !takers.contains(estimator) {
      let names = takers.map(\.rawValue).joined(separator: ", ")
      throw UsageError("--\(option) goes with --estimator \(names), not \(estimator.rawValue)")
    }
    self.init(
      estimator: estimator, window: returns.rows,
      halfLife: try arguments.double("half-life", in: .above(0)) ?? 20,
      factors: try arguments.int("factors", in: 1...returns.columns) ?? min(3, returns.columns))
  }

  /// The covariance of returns `[T, N]`, per row; of a model with these margins, or the estimator's
  /// own, the forecast for the next row.
  func covariance(of returns: Matrix, margin: VolatilityModel.Dynamics?) throws -> Matrix {
    guard estimator.isConditional else { return value.covariance(of: returns) }
    let model = Self.model(
      estimator == .constantCorrelation ? .constant : .dynamic, margin ?? self.margin)
    return try model.fit(returns).forecast(after: returns, horizon: 1)[0]
  }
}
