import Finance
import Foundation
import Testing

/// `.008 sin(.7548776662 (t + 1) + .4) + .006 cos(1.3247179572 (t + 1)) + .0004`, t = 0…99.
let otherReturns: [Double] = (1...100).map { (t: Int) -> Double in
  let (fast, slow) = (0.7548776662 * Double(t) + 0.4, 1.3247179572 * Double(t))
  return 0.008 * sin(fast) + 0.006 * cos(slow) + 0.0004
}

@Suite struct MeasuresRelativeTests {
  /// By NumPy: `a.mean() / a.std(ddof=1) * np.sqrt(252)`, `np.prod(1 + r) ** (1 / len(r)) - 1`.
  @Test func ratiosMatchNumPy() {
    let information = Measures.informationRatio(
      goldenReturns, benchmark: otherReturns, periodsPerYear: 252)
    #expect(abs(information / -1.583974481676468 - 1) < 1e-12)
    #expect(Measures.hitRate(goldenReturns) == 0.5)
    #expect(
      abs(Measures.upCapture(goldenReturns, benchmark: otherReturns) / 0.7380557928335302 - 1)
        < 1e-12)
    #expect(
      abs(Measures.downCapture(goldenReturns, benchmark: otherReturns) / 0.9159296768660871 - 1)
        < 1e-12)
  }

  @Test func theBenchmarkCapturesItself() {
    #expect(Measures.upCapture(otherReturns, benchmark: otherReturns) == 1)
    #expect(Measures.downCapture(otherReturns, benchmark: otherReturns) == 1)
    #expect(
      Measures.informationRatio(otherReturns, benchmark: otherReturns, periodsPerYear: 252).isNaN)
    #expect(Measures.upCapture([0.1], benchmark: [-0.1]).isNaN)
    #expect(Measures.hitRate([]).isNaN)
  }

  @Test func badMonthsAreTheBenchmarks() throws {
    let dates = try ["2020-01-30", "2020-01-31", "2020-02-03", "2020-03-02", "2021-03-01"].map {
      try #require(CalendarDate($0))
    }
    let benchmark = [-0.04, -0.04, 0.02, -0.049, -0.5]
    let own = [0.5, 0.5, 9, 9, -0.25]
    let months = Measures.monthlyReturns(own, dates: dates)
    #expect(months.map(\.return) == [1.25, 9, 9, -0.25])
    #expect(months.map(\.month) == [1, 2, 3, 3] && months.map(\.year) == [2020, 2020, 2020, 2021])
    // −7.84 % and −50 %; −4.9 % is not bad enough.
    let bad = Measures.meanReturnInBadMonths(own, benchmark: benchmark, dates: dates)
    #expect(bad.mean == 0.5 && bad.months == 2)
    let none = Measures.meanReturnInBadMonths(own, benchmark: own, dates: dates, threshold: -0.5)
    #expect(none.mean.isNaN && none.months == 0)
  }
}
