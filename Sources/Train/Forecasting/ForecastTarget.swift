/// What a forecaster of the decoupled baselines forecasts.
enum ForecastTarget: String, Sendable, CaseIterable {
  /// Volatilities and correlations.
  case risk = "forecast-risk"
  /// Expected excess returns.
  case returns = "forecast-returns"
}
