internal import Autodiff
internal import Finance
internal import Layers

/// The risk block of a policy: the covariance that the solver sees, where it is not the trailing
/// estimate.
struct RiskForecastBlock: Sendable {
  private enum Head: Sendable {
    case volatility(VolatilityHead)
    case shrinkage(VolatilityHead, CorrelationHead)
    case cholesky(CholeskyHead)
    case garch(GARCHHead)
    case factor(FactorHead)
    case dcc(GARCHHead, DCCHead)
  }

  private let head: Head

  /// Parameters `volatility`, `correlation`, `cholesky`, `factor`, `garch`, `dcc`, as the kind has them.
  init?(
    _ settings: RiskForecastSettings, width: Int, assets: Int, in builder: inout ParameterBuilder
  ) {
    func volatility(_ builder: inout ParameterBuilder) -> VolatilityHead {
      builder.scope("volatility") { VolatilityHead(width: width, in: &$0) }
    }
    func garch(_ builder: inout ParameterBuilder) -> GARCHHead {
      builder.scope("garch") { GARCHHead(in: &$0) }
    }
    switch settings.kind {
    case .trailing: return nil
    case .volatility: head = .volatility(volatility(&builder))
    case .shrinkage:
      head = .shrinkage(
        volatility(&builder),
        builder.scope("correlation") {
          CorrelationHead(width: width, rank: settings.rank, in: &$0)
        })
    case .cholesky:
      head = .cholesky(
        builder.scope("cholesky") { CholeskyHead(width: width, rank: settings.rank, in: &$0) })
    case .factor:
      head = .factor(
        builder.scope("factor") {
          FactorHead(width: width, factors: min(settings.rank, assets), in: &$0)
        })
    case .garch: head = .garch(garch(&builder))
    case .dcc: head = .dcc(garch(&builder), builder.scope("dcc") { DCCHead(in: &$0) })
    }
  }

  /// The covariances, and the volatilities `[D, N]` per row where the head forecasts them.
  ///
  /// `states` `[D, N, width]` are those of the network, nil without one. Throws a
  /// `FactorizationError` for a trailing covariance that is not positive definite.
  func callAsFunction(
    _ inputs: DecisionInputs, states: Variable?, in pass: inout Pass
  ) throws -> (model: RiskModel, volatilities: Variable?) {
    func required<Value>(_ value: Value?, _ name: String) -> Value {
      guard let value else { fatalError("RiskForecastBlock: no \(name)") }
      return value
    }
    switch head {
    case .volatility(let volatility):
      let trailing = required(inputs.trailing, "trailing moments")
      let forecast = volatility(
        VolatilityHead.Input(
          states: required(states, "states"), trailing: trailing.volatilities), in: &pass)
      return (
        .dense(covariance(volatilities: forecast, correlations: trailing.correlations)), forecast
      )
    case .shrinkage(let volatility, let correlation):
      let (trailing, states) = (
        required(inputs.trailing, "trailing moments"), required(states, "states")
      )
      let forecast = volatility(
        VolatilityHead.Input(states: states, trailing: trailing.volatilities), in: &pass)
      let correlations = correlation(
        CorrelationHead.Input(states: states, trailing: trailing.correlations), in: &pass)
      return (.dense(covariance(volatilities: forecast, correlations: correlations)), forecast)
    case .cholesky(let cholesky):
      return (
        .dense(
          try cholesky(
            CholeskyHead.Input(
              states: required(states, "states"), trailing: inputs.covariances), in: &pass)), nil
      )
    case .factor(let factor):
      let model = factor(
        FactorHead.Input(
          states: required(states, "states"),
          trailing: required(inputs.factors, "trailing factors").model), in: &pass)
      return (.factors(model), model.volatilities)
    case .garch(let garch):
      let (trailing, path) = (
        required(inputs.trailing, "trailing moments"), required(inputs.path, "daily returns")
      )
      let output = garch(
        GARCHHead.Input(returns: path.returns, variances: path.variances), in: &pass)
      let forecast = path.atDecisions(output.volatilities)
      return (
        .dense(covariance(volatilities: forecast, correlations: trailing.correlations)), forecast
      )
    case .dcc(let garch, let dcc):
      let path = required(inputs.path, "daily returns")
      let output = garch(
        GARCHHead.Input(returns: path.returns, variances: path.variances), in: &pass)
      let correlations = dcc(
        DCCHead.Input(shocks: output.shocks, target: path.correlations), in: &pass)
      let forecast = path.atDecisions(output.volatilities)
      return (
        .dense(covariance(volatilities: forecast, correlations: path.atDecisions(correlations))),
        forecast
      )
    }
  }
}
