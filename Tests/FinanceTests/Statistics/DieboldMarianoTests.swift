import Autodiff
import Finance
import Testing

@Suite struct DieboldMarianoTests {
  /// The definition in NumPy, with `scipy.stats.t.sf`.
  ///
  /// ```python
  /// d = (x - .001)**2 - (y + .0005)**2; e = d - d.mean()
  /// v = e @ e / T + 2 * sum(e[k:] @ e[:-k] / T for k in range(1, h))
  /// s = d.mean() / np.sqrt(v / T) * np.sqrt((T + 1 - 2*h + h*(h-1)/T) / T); 2 * t.sf(abs(s), T - 1)
  /// ```
  @Test(arguments: [
    (1, 1.1199615398613587, 0.26543986992030505), (3, 0.8819648212457499, 0.37993222384479486),
  ])
  func matchesNumPy(horizon: Int, statistic: Double, pValue: Double) {
    let first = goldenReturns.map { ($0 - 0.001) * ($0 - 0.001) }
    let second = otherReturns.map { ($0 + 0.0005) * ($0 + 0.0005) }
    let test = DieboldMariano(first, second, horizon: horizon)
    #expect(abs(test.meanDifference / 8.592490309346008e-06 - 1) < 1e-12)
    #expect(abs(test.statistic / statistic - 1) < 1e-11)
    #expect(abs(test.pValue / pValue - 1) < 1e-10)
  }

  /// The true model forecasts better than a constant, and both losses see it.
  @Test func theTrueVolatilityWins() {
    let model = VolatilityModel(.garch, mean: .zero)
    let truth = VolatilityParameters(omega: 0.05, alpha: 0.15, beta: 0.8)
    var generator = SplitMix64(seed: 2)
    let returns = model.simulate(truth, count: 3000, generator: &generator)
    let forecast = model.path(truth, returns: returns).variances
    let constant = [Double](repeating: model.longRunVariance(truth), count: 3000)
    let measured = returns.map { $0 * $0 }
    for loss in DieboldMariano.Loss.allCases {
      let test = DieboldMariano(
        loss(forecast: forecast, measured: measured), loss(forecast: constant, measured: measured))
      #expect(test.statistic < -2 && test.pValue < 0.05)
    }
  }

  @Test func equalLossesGiveNoStatistic() {
    let test = DieboldMariano(goldenReturns, goldenReturns)
    #expect(test.statistic.isNaN && test.pValue.isNaN && test.meanDifference == 0)
  }
}
