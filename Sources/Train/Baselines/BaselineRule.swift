/// The strategies that the model is compared with, by their names in configs.
enum BaselineRule: String, Sendable, CaseIterable {
  case equalWeight = "equal-weight"
  case inverseVolatility = "inverse-volatility"
  case riskParity = "risk-parity"
  case minimumVariance = "minimum-variance"
  case maximumDiversification = "maximum-diversification"
  case meanVariance = "mean-variance"
  case maximumSharpe = "maximum-sharpe"
  case minimumCVaR = "minimum-cvar"
  case hierarchicalRiskParity = "hrp"
  case hierarchicalEqualRisk = "herc"
  case nestedClusters = "nco"
  case fixedMix = "fixed-mix"
  case volatilityTarget = "volatility-target"
  case momentumGate = "momentum-gate"
  case dualLayer = "dual-layer"
  /// Networks that forecast, and a rule on their forecasts.
  case forecastRiskParity = "forecast-risk-parity"
  case forecastHRP = "forecast-hrp"
  case forecastMeanVariance = "forecast-mean-variance"
  /// Risk budgets without a network: one trainable constant per asset, trained like the model.
  case constantBudgets = "constant-budgets"

  /// The name in reports.
  var title: String {
    switch self {
    case .equalWeight: "Equal weight"
    case .inverseVolatility: "Inverse volatility"
    case .riskParity: "Risk parity"
    case .minimumVariance: "Minimum variance"
    case .maximumDiversification: "Maximum diversification"
    case .meanVariance: "Mean–variance"
    case .maximumSharpe: "Maximum Sharpe"
    case .minimumCVaR: "Minimum CVaR"
    case .hierarchicalRiskParity: "HRP"
    case .hierarchicalEqualRisk: "HERC"
    case .nestedClusters: "NCO"
    case .fixedMix: "Fixed mix"
    case .volatilityTarget: "Volatility target"
    case .momentumGate: "12-month gate (rule)"
    case .dualLayer: "Dual layer"
    case .forecastRiskParity: "Forecast → risk parity"
    case .forecastHRP: "Forecast → HRP"
    case .forecastMeanVariance: "Forecast → mean–variance"
    case .constantBudgets: "Learned constant budgets"
    }
  }

  /// What it does, for the documentation of configs.
  var about: String {
    switch self {
    case .equalWeight: "1/N"
    case .inverseVolatility: "weights in inverse proportion to volatility"
    case .riskParity: "equal risk contributions"
    case .minimumVariance: "least variance within bounds"
    case .maximumDiversification: "largest diversification ratio within bounds"
    case .meanVariance: "Markowitz, with trailing mean excess returns, within bounds"
    case .maximumSharpe:
      "largest Sharpe ratio by trailing mean excess returns, within bounds; cash where none is positive"
    case .minimumCVaR: "least conditional value at risk over trailing returns, within bounds"
    case .hierarchicalRiskParity: "hierarchical risk parity (López de Prado 2016)"
    case .hierarchicalEqualRisk: "hierarchical equal risk contribution (Raffinot 2018)"
    case .nestedClusters: "nested clustered optimisation (López de Prado 2019)"
    case .fixedMix: "the same weights always: 60/40 and its kind"
    case .volatilityTarget: "another rule, scaled to a target volatility, the rest in cash"
    case .momentumGate:
      "another rule; assets whose return over the window does not beat cash are held as cash instead"
    case .dualLayer:
      "risk budgets by economic phase and volatility state, refined, smoothed and traded on triggers"
    case .forecastRiskParity:
      "the model's network trained to forecast volatilities and correlations alone, then equal risk contributions under its forecast"
    case .forecastHRP:
      "the same forecasts, then hierarchical risk parity"
    case .forecastMeanVariance:
      "the same forecasts and a second network's of excess returns, then Markowitz within bounds"
    case .constantBudgets: "one trained risk budget per asset, no network"
    }
  }
}
