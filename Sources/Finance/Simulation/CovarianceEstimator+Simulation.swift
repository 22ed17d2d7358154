extension CovarianceEstimator {
  /// Normal returns, independent from row to row, with the means of all rows of `returns` `[T, N]` and
  /// the covariance of the last `window` rows.
  public func simulator(of returns: Matrix) -> any MarketSimulator {
    let regime = RegimeSimulator.Regime(
      mean: columnMeans(returns), covariance: covariance(of: returns))
    return RegimeSimulator(
      regimes: [regime], transitions: Matrix(rows: 1, columns: 1, elements: [1]))
  }
}

extension EWMACovariance {
  /// Normal returns whose covariance goes on to follow them; see ``EWMASimulator``.
  public func simulator(of returns: Matrix) -> any MarketSimulator {
    EWMASimulator(
      mean: columnMeans(returns), covariance: covariance(of: returns), decay: decay)
  }
}

private func columnMeans(_ returns: Matrix) -> [Double] {
  (0..<returns.columns).map { Measures.mean(returns.column($0)) }
}
