import Finance
import Testing

@Suite struct VolatilityTargetTests {
  private func volatility(_ w: [Double]) -> Double {
    var variance = 0.0
    for i in 0..<8 { for j in 0..<8 { variance += w[i] * eightAssets[i, j] * w[j] } }
    return variance.squareRoot()
  }

  @Test func theTargetIsMetUnlessCapped() throws {
    let plain = try RiskParity().weights(covariance: eightAssets)
    let scaled = VolatilityTarget(RiskParity(), target: 0.02).scaled(plain, covariance: eightAssets)
    #expect(abs(volatility(scaled) / 0.02 - 1) < 1e-14)
    #expect(scaled.reduce(0, +) < 1)
    let capped = VolatilityTarget(RiskParity(), target: 0.5).scaled(plain, covariance: eightAssets)
    #expect(distance(capped, plain) < 1e-15)
    let borrowed = VolatilityTarget(RiskParity(), target: 0.5, cap: 1.5)
      .scaled(plain, covariance: eightAssets)
    #expect(abs(borrowed.reduce(0, +) - 1.5) < 1e-14)
    #expect(VolatilityTarget(EqualWeight(), target: 1).name == "equal weight, volatility target")
  }

  @Test func sixtyFortyIsSplitWithinClasses() {
    let mix = FixedMix.sixtyForty(equities: [0, 3], bonds: [1], count: 4)
    #expect(mix.weights(covariance: Matrix(rows: 4, columns: 4)) == [0.3, 0.4, 0, 0.3])
    #expect(mix.name == "60/40")
  }
}
