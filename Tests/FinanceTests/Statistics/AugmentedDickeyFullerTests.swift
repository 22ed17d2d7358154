import Autodiff
import Finance
import Foundation
import Testing

@Suite struct AugmentedDickeyFullerTests {
  /// statsmodels 0.15, `adfuller(x, maxlag=p, regression="c", autolag=None)` on 1,000 log prices of gold.
  @Test(arguments: [
    (0, -2.5042290516825547, 999, -2.864437475834273),
    (1, -2.3655903571992334, 998, -2.864440383452517),
    (4, -2.5841800416487164, 995, -2.86444914142694),
  ])
  func statisticsMatchStatsmodels(lags: Int, statistic: Double, count: Int, critical: Double) throws
  {
    let prices = try EmbeddedData.prices()
    let column = prices.values.column(try prices.index(of: "GOLD")).prefix(1000)
    let test = AugmentedDickeyFuller(column.map { log($0) }, lags: lags)
    #expect(abs(test.statistic - statistic) < 1e-9)
    #expect(test.count == count)
    #expect(abs(test.criticalValue(.five) - critical) < 1e-12)
    #expect(!test.isStationary)
    // The unit of the series does not matter.
    let scaled = AugmentedDickeyFuller(column.map { 1e6 + 1e4 * log($0) }, lags: lags)
    #expect(abs(scaled.statistic - statistic) < 1e-7)
  }

  @Test func returnsAreStationary() throws {
    let prices = try EmbeddedData.prices()
    let column = prices.values.column(try prices.index(of: "GOLD"))
    let returns = (1..<1000).map { log(column[$0] / column[$0 - 1]) }
    let test = AugmentedDickeyFuller(returns, lags: 1)
    #expect(abs(test.statistic - -24.266501139298313) < 1e-9)
    #expect(test.isStationary)
    #expect(test.criticalValue(.one) < test.criticalValue(.five))
    #expect(test.criticalValue(.five) < test.criticalValue(.ten))
  }

  @Test func aConstantHasNoStatistic() {
    let test = AugmentedDickeyFuller([Double](repeating: 2, count: 50), lags: 1)
    #expect(test.statistic.isNaN && !test.isStationary)
  }

  /// Under a unit root about one test in twenty rejects.
  @Test func randomWalksAreSeldomCalledStationary() {
    var generator = SplitMix64(seed: 77)
    var rejected = 0
    for _ in 0..<400 {
      var level = 0.0
      let walk = generator.normals(250).map {
        level += $0; return level
      }
      if AugmentedDickeyFuller(walk, lags: 1).isStationary { rejected += 1 }
    }
    #expect((8...36).contains(rejected))
  }
}
