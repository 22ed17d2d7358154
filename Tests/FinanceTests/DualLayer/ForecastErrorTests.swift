import Autodiff
import Testing

@testable import Finance

@Suite struct ForecastErrorTests {
  private static let covariance = Matrix(
    rows: 3, columns: 3, elements: [4, 1, -0.5, 1, 9, 2, -0.5, 2, 1])

  private func factors(_ error: ForecastError, _ row: Int) -> [Double] {
    let distorted = error.distorted(Self.covariance, at: row)
    return (0..<3).map { (distorted[$0, $0] / Self.covariance[$0, $0]).squareRoot() }
  }

  @Test func volatilitiesAreWrongWithinTheBoundAndCorrelationsAreNot() {
    let error = ForecastError(size: 0.3, generator: SplitMix64(seed: 1))
    var (least, most) = (Double.infinity, 0.0)
    for period in 0..<1000 {
      let distorted = error.distorted(Self.covariance, at: 21 * period)
      let own = factors(error, 21 * period)
      for i in 0..<3 {
        #expect(own[i] > 0.7 - 1e-12 && own[i] < 1.3 + 1e-12)
        (least, most) = (min(least, own[i]), max(most, own[i]))
        for j in 0..<3 {
          #expect(
            abs(distorted[i, j] - Self.covariance[i, j] * own[i] * own[j]) < 1e-13)
        }
      }
    }
    #expect(least < 0.702 && most > 1.298)
  }

  @Test func anErrorLastsItsRows() {
    let error = ForecastError(size: 0.3, persistence: 21, generator: SplitMix64(seed: 1))
    for row in 43...62 { #expect(factors(error, row) == factors(error, 42)) }
    #expect(zip(factors(error, 63), factors(error, 42)).allSatisfy { $0 != $1 })
  }

  /// Through a whole run: none changes nothing, some changes weights, and the same ones again.
  @Test func aRunRestsOnIt() throws {
    let data = try EmbeddedData.fourAssets()
    var plain = DualLayerRunTests.model
    plain.triggers = RebalancingTriggers(
      onStateChange: false, eigenvalueChange: .infinity, riskDeviation: .infinity)
    var wrong = plain
    wrong.forecastError = ForecastError(size: 0.3, generator: SplitMix64(seed: 1))
    var none = plain
    none.forecastError = ForecastError(size: 0, generator: SplitMix64(seed: 1))
    let range = 2600..<3000
    let a = try plain.run(in: range, of: data, lag: 1)
    let b = try wrong.run(in: range, of: data, lag: 1)
    #expect(try none.run(in: range, of: data, lag: 1).decisions == a.decisions)
    #expect(try wrong.run(in: range, of: data, lag: 1).decisions == b.decisions)
    #expect(b.decisions.weights != a.decisions.weights)
  }
}
