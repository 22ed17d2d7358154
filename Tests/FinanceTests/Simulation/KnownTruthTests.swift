import Autodiff
import Finance
import Testing

@Suite struct KnownTruthTests {
  @Test func equalRiskOfThePopulationIsThePublished() throws {
    let truth = KnownTruth.constant.process.regimes[0]
    let w = try RiskParity().weights(covariance: truth.covariance)
    let expected = [
      0.0657153471992, 0.0548634349311, 0.299939110117, 0.152541525962, 0.242561247509,
      0.090003238143, 0.0943760961386,
    ]
    #expect(distance(w, expected) < 1e-11)
    let gain = zip(w, truth.mean).reduce(0) { $0 + $1.0 * $1.1 }
    var variance = 0.0
    for i in 0..<7 { for j in 0..<7 { variance += w[i] * truth.covariance[i, j] * w[j] } }
    #expect(abs(gain / variance.squareRoot() * 252.0.squareRoot() - 0.94481) < 5e-6)
  }

  @Test(arguments: KnownTruth.allCases) func sampleMomentsAreThoseOfTheProcess(
    _ truth: KnownTruth
  ) throws {
    let rows = 60_000
    let (data, regimes) = truth.simulate(rows: rows, generator: SplitMix64(seed: 1))
    #expect(data.assets == KnownTruth.assets && data.dates.count == rows + 1)
    for (k, regime) in truth.process.regimes.enumerated() {
      let chosen = (0..<rows).filter { regimes[$0] == k }
      #expect(truth == .constant || abs(Double(chosen.count) / Double(rows) - 0.5) < 0.1)
      for i in 0..<7 {
        let returns = chosen.map { data.returns[$0 + 1, i] }
        let volatility = regime.covariance[i, i].squareRoot()
        let error = volatility / Double(chosen.count).squareRoot()
        #expect(abs(Measures.mean(returns) - regime.mean[i]) < 4.5 * error)
        #expect(abs(Measures.standardDeviation(returns) / volatility - 1) < 0.03)
      }
      let pair = chosen.map { data.returns[$0 + 1, 0] * data.returns[$0 + 1, 2] }
      let correlation =
        regime.covariance[0, 2] / (regime.covariance[0, 0] * regime.covariance[2, 2]).squareRoot()
      let scale = (regime.covariance[0, 0] * regime.covariance[2, 2]).squareRoot()
      #expect(abs(Measures.mean(pair) / scale - correlation) < 0.04)
    }
    let changes = zip(regimes, regimes.dropFirst()).filter { $0 != $1 }.count
    let expected = truth == .constant ? 0 : Double(rows) / 125
    #expect(abs(Double(changes) - expected) <= 4 * expected.squareRoot())
  }

  @Test func theIndicatorIsTheRegimeUnderNoise() {
    let (data, regimes) = KnownTruth.regimes.simulate(
      rows: 20_000, noiseFeatures: 2, generator: SplitMix64(seed: 2))
    #expect(data.indicatorNames == ["STATE", "NOISE1", "NOISE2"])
    #expect(data.indicators[0, 0].isNaN)
    let state = (0..<20_000).map { data.indicators[$0 + 1, 0] - Double(regimes[$0]) }
    #expect(abs(Measures.mean(state)) < 0.03)
    #expect(abs(Measures.standardDeviation(state) - 1) < 0.02)
  }

  @Test func breakdownHasTheCorrelationsItSays() {
    let regimes = KnownTruth.breakdown.process.regimes
    for i in 0..<7 {
      #expect(abs(regimes[1].covariance[i, i] / regimes[0].covariance[i, i] - 1) < 1e-9)
    }
    for stock in 0..<2 {
      for bond in 2..<5 {
        let c = regimes[1].covariance
        let correlation = c[stock, bond] / (c[stock, stock] * c[bond, bond]).squareRoot()
        #expect(abs(correlation - 0.8) < 0.06)
      }
    }
    #expect((SymmetricEigen(regimes[1].covariance).values.first ?? -1) > -1e-16)
  }

  @Test func aSeedIsAMarket() {
    let a = KnownTruth.regimes.simulate(rows: 300, generator: SplitMix64(seed: 5))
    let b = KnownTruth.regimes.simulate(
      rows: 300, noiseFeatures: 3, generator: SplitMix64(seed: 5))
    let c = KnownTruth.regimes.simulate(rows: 300, generator: SplitMix64(seed: 6))
    #expect(sameBits(a.data.prices.elements, b.data.prices.elements))
    #expect(a.regimes == b.regimes)
    #expect(a.data.prices.elements != c.data.prices.elements)
  }
}
