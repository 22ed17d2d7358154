import Autodiff
import Finance
import Testing

@Suite struct DriftingHoldingsTests {
  /// The holdings before every trade are those of the backtest, whatever the lag.
  @Test(arguments: [0, 1, 3])
  func holdingsAreThoseOfThePortfolioPath(lag: Int) throws {
    let data = try EmbeddedData.fourAssets()
    let rows = [5, 9, 20, 21 + lag, 40]
    var generator = SplitMix64(seed: 3)
    var holdings = DriftingHoldings(assets: 4, lag: lag)
    var weights: [Double] = []
    var drifted: [Double] = []
    for t in 1..<60 {
      holdings.pass(row: t, of: data)
      guard rows.contains(t) else { continue }
      let w = (0..<4).map { _ in 0.25 * generator.uniform() }
      weights += w
      if lag == 0 { drifted += holdings.weights }
      holdings.decide(w, at: t)
      #expect((holdings.order == nil) == (lag == 0))
    }
    let path = try PortfolioPath.simulate(
      assetReturns: Matrix(rows: 60, columns: 4, elements: Array(data.returns.elements[..<240])),
      cashReturns: Array(data.cashReturns[..<60]), decisionRows: rows, lag: lag,
      weights: Matrix(rows: 5, columns: 4, elements: weights),
      costs: [0.001, 0.001, 0.001, 0.001])
    if lag == 0 {
      for (a, b) in zip(drifted, path.drifted.elements) { #expect(abs(a - b) < 1e-15) }
    }
    for i in 0..<4 {
      let last = path.holdings[59, i] * (1 + data.returns[59, i]) / (1 + path.returns[59])
      #expect(abs(holdings.weights[i] - last) < 1e-15)
    }
  }
}
