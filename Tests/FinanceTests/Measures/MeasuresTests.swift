import Finance
import Foundation
import Testing

/// `.01 sin(.7548776662 (t + 1)) + .004 cos(.5698402910 (t + 1)) − .0002`, t = 0…99.
let goldenReturns: [Double] = (1...100).map { (t: Int) -> Double in
  let (fast, slow) = (0.7548776662 * Double(t), 0.5698402910 * Double(t))
  return 0.01 * sin(fast) + 0.004 * cos(slow) - 0.0002
}

@Suite struct MeasuresTests {
  @Test func meanAndDeviationMatchTheirGoldenValues() {
    #expect(abs(Measures.mean(goldenReturns) / -1.6809070289799808e-4 - 1) < 1e-13)
    #expect(abs(Measures.standardDeviation(goldenReturns) / 0.007666253464804859 - 1) < 1e-14)
  }

  @Test func undefinedMomentsAreNaN() {
    #expect(Measures.mean([]).isNaN)
    #expect(Measures.standardDeviation([]).isNaN)
    #expect(Measures.standardDeviation([1]).isNaN)
    #expect(Measures.standardDeviation([0.1, 0.1, 0.1]) == 0)
  }

  @Test func netAssetValueCompounds() {
    #expect(Measures.netAssetValue([0.5, -0.5, 1]) == [1.5, 0.75, 1.5])
  }

  @Test func holdingPeriodsCompoundBetweenTheirBoundaries() {
    let returns = [9, 0.5, 1, -0.5, 0.25, 9]
    #expect(Measures.compounded(returns, boundaries: [1, 3, 5]) == [2, -0.375])
    #expect(Measures.compounded(returns, boundaries: [1]).isEmpty)
    #expect(Measures.compounded(returns, boundaries: []).isEmpty)
  }

  @Test func boundariesThatDoNotAscendStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = Measures.compounded([1, 2, 3], boundaries: [0, 2, 2])
    }
  }

  @Test func theWorstMonthIsACalendarMonth() throws {
    let dates = try ["2019-12-31", "2020-01-02", "2020-01-31", "2020-02-03", "2021-02-01"].map {
      try #require(CalendarDate($0))
    }
    let worst = Measures.worstMonth([0.1, 0.5, -0.5, -0.125, -0.125], dates: dates)
    #expect(worst?.year == 2020 && worst?.month == 1 && worst?.return == -0.25)
    #expect(Measures.worstMonth([], dates: []) == nil)
  }
}
