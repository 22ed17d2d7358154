import Autodiff
import Finance
import Testing

@Suite struct HoldingPeriodsTests {
  @Test func periodsRunFromTradeToTrade() {
    #expect(HoldingPeriods(tradeRows: [2, 5, 8], rowCount: 12).boundaries == [2, 6, 9, 12])
    #expect(HoldingPeriods(tradeRows: [2, 5, 11], rowCount: 12).boundaries == [2, 6, 12])
    #expect(HoldingPeriods(tradeRows: [0], rowCount: 3).boundaries == [0, 3])
    #expect(HoldingPeriods(tradeRows: [2], rowCount: 3).count == 0)
    #expect(HoldingPeriods(tradeRows: [], rowCount: 3).count == 0)
  }

  @Test func returnsCompound() {
    let periods = HoldingPeriods(tradeRows: [1, 3], rowCount: 6)
    let compounded = periods.compound([9, 0.1, -0.2, 0.5, 0.25, 0.2])
    #expect(distance(compounded, [1.1 * 0.8 * 1.5 - 1, 1.25 * 1.2 - 1]) < 1e-15)
    #expect(periods.compound([0, 1e-18, 0, 0, 0, -1e-19]) == [1e-18, -1e-19])
  }

  @Test func gradientEqualsTheProductOfTheOtherRows() {
    let periods = HoldingPeriods(tradeRows: [1, 3], rowCount: 7)
    let returns = [9, 0.1, -0.2, 0.5, 0.25, -1, 0.2]
    var gradient = [Double](repeating: 1, count: 7)
    HoldingPeriods.backward(
      periods: periods.count, boundaries: periods.boundaries, returns: returns,
      cotangent: [2, -3], gradient: &gradient)
    let expected = [
      1, 1 + 2 * 0.8 * 1.5, 1 + 2 * 1.1 * 1.5, 1 + 2 * 1.1 * 0.8, 1, 1 - 3 * 1.25 * 1.2, 1,
    ]
    #expect(distance(gradient, expected) < 1e-14)
  }

  /// All periods together earn what all rows do.
  @Test func nothingIsLostBetweenPeriods() {
    var generator = SplitMix64(seed: 3)
    let returns = generator.normals(40).map { 0.01 * $0 }
    let periods = HoldingPeriods(tradeRows: [4, 9, 17, 30], rowCount: 40)
    let total = periods.compound(returns).reduce(1) { $0 * (1 + $1) }
    let expected = returns[4...].reduce(1) { $0 * (1 + $1) }
    #expect((total / expected - 1).magnitude < 1e-14)
  }
}
