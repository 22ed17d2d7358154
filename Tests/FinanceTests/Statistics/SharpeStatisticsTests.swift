import Finance
import Testing

@Suite struct SharpeStatisticsTests {
  /// The example of Bailey & López de Prado (2014): annual Sharpe 2.5, five years of 250 days, 100 trials of
  /// variance ½ a year, skewness −3, kurtosis 10.
  @Test func deflatedSharpeMatchesThePublication() {
    let statistics = SharpeStatistics(
      sharpe: 2.5 / 250.0.squareRoot(), count: 1250, skewness: -3, kurtosis: 10)
    #expect(abs(statistics.deflated(trials: 100, variance: 0.5 / 250) - 0.900396834) < 5e-10)
    #expect(abs(statistics.probabilistic() - 0.9999968595078976) < 1e-13)
    #expect(abs(statistics.minimumTrackRecord() - 166.6432886765355) < 1e-9)
  }

  /// By SciPy: `stats.skew(x)`, `stats.kurtosis(x, fisher=False)`.
  @Test func momentsMatchSciPy() {
    let statistics = SharpeStatistics(returns: goldenReturns)
    #expect(abs(statistics.sharpe - -0.021926056015456403) < 1e-14)
    #expect(abs(statistics.skewness - -0.0025556992793547917) < 1e-13)
    #expect(abs(statistics.kurtosis - 1.861017914938221) < 1e-13)
    #expect(abs(statistics.probabilistic() - 0.4136536556161237) < 1e-13)
  }

  @Test func moreTrialsDeflateMore() {
    let statistics = SharpeStatistics(sharpe: 0.1, count: 500)
    let values = [1, 2, 10, 1000].map { statistics.deflated(trials: $0, variance: 0.003) }
    #expect(values == values.sorted(by: >) && values[0] == statistics.probabilistic())
  }

  @Test func theTrackRecordIsLongEnough() {
    // At the shortest record the probability is the confidence, by definition.
    let short = SharpeStatistics(sharpe: 0.07, count: 100, skewness: -0.5, kurtosis: 5)
    let needed = short.minimumTrackRecord(benchmark: 0.01, confidence: 0.9)
    let whole = SharpeStatistics(
      sharpe: 0.07, count: Int(needed.rounded(.up)), skewness: -0.5, kurtosis: 5)
    let probability = whole.probabilistic(benchmark: 0.01)
    #expect(probability >= 0.9 && probability < 0.901)
    #expect(short.minimumTrackRecord(benchmark: 0.07) == .infinity)
  }

  @Test func theDetectableEffectHasItsPower() {
    // 2.4865 / √(T − 1): ten years of days find an annual Sharpe of .786.
    let effect = SharpeStatistics.minimumDetectable(count: 2521)
    #expect(abs(effect * 252.0.squareRoot() - 0.7862924) < 1e-6)
    #expect(SharpeStatistics.minimumDetectable(count: 100) > 4 * effect)
  }
}
