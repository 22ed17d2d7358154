package import Finance

/// The models that market paths are drawn from.
package enum MarketModel: String, Sendable, CaseIterable {
  /// Whole rows of history in blocks: the stationary bootstrap.
  case bootstrap
  /// GARCH volatilities and dynamic conditional correlations.
  case garchDCC = "garch-dcc"
  /// Two normal regimes and a Markov chain.
  case regimes
  /// Normal returns with a covariance of the whole history, or with one that follows them.
  case sample
  case ewma
  case ledoitWolf = "ledoit-wolf"
  case oas
  case principalComponents = "pca"
  case denoised

  /// Estimates the model on a history of simple returns `[T, N]`; says in words what it found.
  ///
  /// `halfLife` is for `ewma`, `factors` for `pca`.
  package func simulator(
    _ history: Matrix, halfLife: Double = 20, factors: Int = 3
  ) throws -> (simulator: any MarketSimulator, facts: String) {
    let rows = history.rows
    func normal(_ estimator: any CovarianceEstimator, _ facts: String) -> (
      simulator: any MarketSimulator, facts: String
    ) {
      (estimator.simulator(of: history), "normal returns, \(facts)")
    }
    switch self {
    case .sample: return normal(SampleCovariance(window: rows), "sample covariance")
    case .ledoitWolf: return normal(LedoitWolfCovariance(window: rows), "Ledoit–Wolf covariance")
    case .oas: return normal(OASCovariance(window: rows), "OAS covariance")
    case .denoised: return normal(DenoisedCovariance(window: rows), "denoised covariance")
    case .principalComponents:
      let count = min(factors, history.columns)
      return normal(
        PrincipalComponentCovariance(factors: count, window: rows),
        "covariance of \(count) principal components")
    case .ewma:
      let estimator = EWMACovariance(halfLife: halfLife, window: rows)
      return (
        estimator.simulator(of: history),
        "normal returns, exponentially weighted covariance that follows them, half-life "
          + "\(NumberText.fixed(halfLife, digits: 0)) rows"
      )
    case .bootstrap:
      let simulator = BootstrapSimulator(history: history)
      let length = NumberText.fixed(simulator.bootstrap.meanBlock, digits: 1)
      return (simulator, "stationary bootstrap, blocks of \(length) rows on average")
    case .garchDCC:
      var percent = history
      for index in percent.elements.indices { percent.elements[index] *= 100 }
      let fit: CorrelationFit
      do {
        fit = try CorrelationModel(.dynamic, margin: VolatilityModel(.garch)).fit(percent)
      } catch { throw ExperimentError("simulate: \(error)") }
      let (a, b) = (NumberText.fixed(fit.a, digits: 4), NumberText.fixed(fit.b, digits: 4))
      return (CorrelationSimulator(fit, unit: 100), "GARCH(1,1) and DCC, a = \(a), b = \(b)")
    case .regimes:
      let estimation: RegimeEstimation
      do { estimation = try RegimeEstimation(history, regimes: 2) } catch {
        throw ExperimentError("simulate: \(error)")
      }
      let stay = (0..<2).map {
        NumberText.fixed(estimation.process.transitions[$0, $0], digits: 4)
      }
      return (
        estimation.process,
        "2 normal regimes that last from one row to the next with probability "
          + stay.joined(separator: " and ")
      )
    }
  }
}
