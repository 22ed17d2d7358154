import Finance
import Testing

@Suite struct PerformanceSummaryTests {
  /// A drifting, cost-paying portfolio in a few lines: decide at t, trade at the close of t + 1.
  private func backtest(
    _ data: MarketData, weights: (Int) throws -> [Double]
  ) rethrows -> (returns: [Double], turnover: [Double], costs: [Double], trades: [Int]) {
    let (rows, assets) = (data.dates.count, data.assets.count)
    var (returns, turnover, costs) = (
      [Double](repeating: 0, count: rows), [Double](repeating: 0, count: rows),
      [Double](repeating: 0, count: rows)
    )
    var held = [Double](repeating: 0, count: assets)
    var trades: [Int] = []
    for s in 273..<rows {
      var earned = (1 - held.reduce(0, +)) * data.cashReturns[s]
      for i in 0..<assets { earned += held[i] * data.returns[s, i] }
      for i in 0..<assets { held[i] *= (1 + data.returns[s, i]) / (1 + earned) }
      if s > 273, (s - 1 - 273) % 5 == 0 {
        let target = try weights(s - 1)
        turnover[s] = zip(target, held).reduce(0) { $0 + abs($1.0 - $1.1) }
        costs[s] = 0.001 * turnover[s]
        earned -= costs[s]
        held = target
        trades.append(s)
      }
      returns[s] = earned
    }
    return (returns, turnover, costs, trades)
  }

  private func summary(weights: (MarketData, Int) throws -> [Double]) throws -> PerformanceSummary {
    let data = try EmbeddedData.fourAssets()
    let result = try backtest(data) { try weights(data, $0) }
    let start = try #require(CalendarDate("2000-01-01"))
    let boundaries = result.trades.filter { data.dates[$0] >= start }.map { $0 + 1 }
    let (first, last) = (boundaries[0], boundaries[boundaries.count - 1])
    return PerformanceSummary(
      netReturns: Array(result.returns[first..<last]),
      cashReturns: Array(data.cashReturns[first..<last]), dates: Array(data.dates[first..<last]),
      boundaries: boundaries.map { $0 - first }, turnover: Array(result.turnover[first..<last]),
      costs: Array(result.costs[first..<last]))
  }

  /// From an independent NumPy backtest of the embedded prices: 867 weeks, 10 basis points.
  @Test func equalWeightsMatchAnIndependentBacktest() throws {
    let summary = try summary { data, _ in [0.25, 0.25, 0.25, 0.25] }
    #expect(summary.holdingPeriods == 867 && summary.rows == 867 * 5)
    #expect(summary.period?.lowerBound.description == "2000-01-05")
    #expect(abs(summary.sharpeRatio - 0.5175476680075919) < 1e-10)
    #expect(abs(summary.annualVolatility - 0.1250754393100354) < 1e-10)
    #expect(abs(summary.maximumDrawdown - 0.3503209826133692) < 1e-10)
    #expect(abs(summary.turnoverPerYear - 0.9837985843773328) < 1e-9)
    #expect(abs(summary.costPerYear - 0.0009837985843773328) < 1e-12)
    #expect(abs(summary.conditionalDrawdown95 - 0.2674677707126991) < 1e-10)
  }

  @Test func inverseVolatilityMatchesAnIndependentBacktest() throws {
    let summary = try summary { data, row in
      let c = try SampleCovariance(window: 60).covariances(at: [row], of: data)
      let inverse = (0..<4).map { 1 / c[$0 * 5].squareRoot() }
      return inverse.map { $0 / inverse.reduce(0, +) }
    }
    #expect(abs(summary.sharpeRatio - 0.8328993414218874) < 1e-10)
    #expect(abs(summary.annualVolatility - 0.07257474841703739) < 1e-10)
    #expect(abs(summary.maximumDrawdown - 0.17012905777615506) < 1e-10)
    #expect(abs(summary.turnoverPerYear - 1.6534520413622167) < 1e-9)
  }

  @Test func figuresAgreeWithTheirMeasures() {
    let dates = CalendarDate.weekdays(from: CalendarDate(days: 15_000), count: 100)
    let cash = [Double](repeating: 0.0001, count: 100)
    let summary = PerformanceSummary(
      netReturns: goldenReturns, cashReturns: cash, dates: dates, boundaries: Array(0...100),
      turnover: [Double](repeating: 0.01, count: 100), costs: [Double](repeating: 1e-5, count: 100))
    let excess = goldenReturns.map { $0 - 0.0001 }
    #expect(
      abs(summary.sharpeRatio - Measures.sharpeRatio(excess, periodsPerYear: 252)) < 1e-12)
    #expect(abs(summary.rawSharpeRatio - -0.3480653486962166) < 1e-12)
    #expect(
      abs(summary.sortinoRatio - Measures.sortinoRatio(excess, periodsPerYear: 252)) < 1e-12)
    #expect(summary.annualReturn == Measures.annualReturn(goldenReturns, periodsPerYear: 252))
    #expect(abs(summary.annualCashReturn - Measures.annualReturn(cash, periodsPerYear: 252)) == 0)
    #expect(abs(summary.conditionalDrawdown95 / 0.051511154204153836 - 1) < 1e-12)
    #expect(summary.calmarRatio == summary.annualReturn / summary.maximumDrawdown)
    #expect(abs(summary.turnoverPerYear - 2.52) < 1e-12)
    #expect(abs(summary.costPerYear - 0.00252) < 1e-15)
    #expect(summary.worstMonth < 0)
  }

  @Test func aStrategyThatIsCashHasNoRatios() {
    let dates = CalendarDate.weekdays(from: CalendarDate(days: 15_000), count: 4)
    let cash = [0.0001, 0.0002, 0.0003, 0.0004]
    let zeros = [0.0, 0, 0, 0]
    let summary = PerformanceSummary(
      netReturns: cash, cashReturns: cash, dates: dates, boundaries: [0, 2, 4], turnover: zeros,
      costs: zeros)
    #expect(summary.sharpeRatio.isNaN && summary.sortinoRatio.isNaN && summary.calmarRatio.isNaN)
    #expect(summary.maximumDrawdown == 0)
    #expect(summary.rawSharpeRatio > 0)
  }

  @Test func nothingGivesNothing() {
    let summary = PerformanceSummary(
      netReturns: [], cashReturns: [], dates: [], boundaries: [], turnover: [], costs: [])
    #expect(summary.period == nil && summary.rows == 0 && summary.holdingPeriods == 0)
    #expect(summary.annualReturn.isNaN && summary.sharpeRatio.isNaN && summary.worstMonth.isNaN)
  }
}
