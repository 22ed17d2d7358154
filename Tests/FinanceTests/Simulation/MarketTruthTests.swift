import Autodiff
import Finance
import Testing

@Suite struct MarketTruthTests {
  /// The published Sharpe ratio of equal risk on USIM-7 (population covariance).
  @Test func equalRiskHasItsSharpeRatio() {
    let truth = KnownTruth.constant.truth(regimes: [Int](repeating: 0, count: 3))
    let weights = [
      0.0657153471992, 0.0548634349311, 0.299939110117, 0.152541525962, 0.242561247509,
      0.090003238143, 0.0943760961386,
    ]
    let holdings = Matrix(rows: 3, columns: 7, elements: weights + weights + weights)
    let sharpe = truth.sharpeRatio(holdings: holdings, firstRow: 0) * 252.0.squareRoot()
    #expect(abs(sharpe - 0.94481) < 5e-6)
  }

  /// The law of total variance, against the sample moments of a long path.
  @Test(arguments: [KnownTruth.regimes, .breakdown])
  func theTruthIsWhatLongPathsShow(_ market: KnownTruth) {
    let rows = 40_000
    let (data, regimes) = market.simulate(rows: rows, generator: SplitMix64(seed: 3))
    let truth = market.truth(regimes: regimes)
    let weights = [0.1, 0.1, 0.3, 0.1, 0.2, 0.1, 0.1]
    let holdings = Matrix(
      rows: rows, columns: 7, elements: [[Double]](repeating: weights, count: rows).flatMap { $0 })
    let returns = (1...rows).map { t in
      (0..<7).reduce(0) { $0 + weights[$1] * data.returns[t, $1] }
    }
    let mean = Measures.mean(returns)
    let sample = mean / Measures.standardDeviation(returns)
    let exact = truth.sharpeRatio(holdings: holdings, firstRow: 0)
    #expect(abs(sample - exact) < 3 / Double(rows).squareRoot())
    // Costs come off the mean.
    let costs = [Double](repeating: 1e-5, count: rows)
    #expect(truth.sharpeRatio(holdings: holdings, firstRow: 0, costs: costs) < exact)
  }

  @Test func aSectorMarketHasItsMoments() {
    let market = SectorMarket(assets: 6, sectors: 2)
    #expect(market.names == ["S1A1", "S2A1", "S1A2", "S2A2", "S1A3", "S2A3"])
    var generator = SplitMix64(seed: 4)
    let rows = 30_000
    let (returns, truth) = market.draw(rows: rows, generator: &generator)
    #expect(truth.means.rows == rows && truth.covariances.count == 1)
    let covariance = market.covariance
    for i in 0..<6 {
      for j in 0..<6 {
        var sum = 0.0
        for t in 0..<rows {
          sum += (returns[t, i] - truth.means[t, i]) * (returns[t, j] - truth.means[t, j])
        }
        let scale = (covariance[i, i] * covariance[j, j]).squareRoot()
        #expect(abs(sum / Double(rows) - covariance[i, j]) < 0.03 * scale)
      }
    }
    // Peers share their drift, and it persists.
    #expect(
      abs(
        (truth.means[7, 0] - market.betas[0] * 0.0003)
          - (truth.means[7, 4] - market.betas[4] * 0.0003)) < 1e-15)
    var (square, lagged) = (0.0, 0.0)
    for t in 1..<rows {
      let (now, before) = (truth.means[t, 1], truth.means[t - 1, 1])
      square += before * before
      lagged += now * before
    }
    #expect(abs(lagged / square - market.persistence) < 0.02)
  }

  @Test func theSamePathForTheSameSeed() {
    let market = SectorMarket()
    let generator = SplitMix64(seed: 9)
    #expect(
      market.path(2, rows: 20, generator: generator)
        == market.path(2, rows: 20, generator: generator))
    #expect(
      market.path(2, rows: 20, generator: generator)
        != market.path(3, rows: 20, generator: generator))
  }
}
