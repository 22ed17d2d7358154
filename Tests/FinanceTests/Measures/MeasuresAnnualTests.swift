import Finance
import Testing

@Suite struct MeasuresAnnualTests {
  @Test func sharpeMatchesItsGoldenValue() {
    let sharpe = Measures.sharpeRatio(goldenReturns, periodsPerYear: 252)
    #expect(abs(sharpe / -0.3480653486962166 - 1) < 1e-13)
    let volatility = Measures.annualVolatility(goldenReturns, periodsPerYear: 252)
    let mean = Measures.mean(goldenReturns)
    #expect(abs(mean * 252 / volatility - sharpe) < 1e-14)
  }

  @Test func sharpeDoesNotDependOnTheScale() {
    let scaled = goldenReturns.map { $0 * 4 }
    #expect(
      Measures.sharpeRatio(scaled, periodsPerYear: 252)
        == Measures.sharpeRatio(goldenReturns, periodsPerYear: 252))
  }

  @Test func annualReturnIsGeometric() {
    #expect(abs(Measures.annualReturn([0.1, 0.1], periodsPerYear: 1) - 0.1) < 1e-15)
    #expect(abs(Measures.annualReturn([1, -0.5], periodsPerYear: 12)) < 1e-15)
    #expect(abs(Measures.annualReturn([0.01], periodsPerYear: 2) - 0.0201) < 1e-15)
    #expect(Measures.annualReturn([0.1, -1, 5], periodsPerYear: 1) == -1)
    #expect(Measures.annualReturn([-1.5], periodsPerYear: 1) == -1)
  }

  /// Four returns by hand: mean .01, shortfalls −.02 and −.01, downside √(5e-4 / 4).
  @Test func sortinoFollowsItsDefinition() {
    let sortino = Measures.sortinoRatio([0.04, -0.02, 0.03, -0.01], periodsPerYear: 4)
    #expect(abs(sortino - 0.01 / (5e-4 / 4.0).squareRoot() * 2) < 1e-14)
    let shifted = Measures.sortinoRatio(
      [0.05, -0.01, 0.04, 0], target: 0.01, periodsPerYear: 4)
    #expect(abs(shifted / sortino - 1) < 1e-14)
  }

  @Test func calmarIsReturnOverDrawdown() {
    let returns = [0.5, -0.5, 1, 0.2]
    let expected = Measures.annualReturn(returns, periodsPerYear: 4) / 0.5
    #expect(Measures.calmarRatio(returns, periodsPerYear: 4) == expected)
  }

  @Test func seriesAddUpPerYear() {
    #expect(Measures.perYear([0.5, 0, 0, 0.25], periodsPerYear: 2) == 0.375)
  }

  @Test func undefinedRatiosAreNaN() {
    for returns in [[], [0.01], [0.1, 0.1, 0.1]] {
      #expect(Measures.sharpeRatio(returns, periodsPerYear: 252).isNaN)
    }
    // Constant but for rounding: 0.1 + 0.2 − 0.2 is not 0.1.
    #expect(Measures.sharpeRatio([0.1, 0.1 + 0.2 - 0.2, 0.1], periodsPerYear: 252).isNaN)
    #expect(Measures.sortinoRatio([0.1, 0.2], periodsPerYear: 252).isNaN)
    #expect(Measures.sortinoRatio([], periodsPerYear: 252).isNaN)
    #expect(Measures.calmarRatio([0.1, 0.2], periodsPerYear: 252).isNaN)
    #expect(Measures.calmarRatio([], periodsPerYear: 252).isNaN)
    #expect(Measures.annualReturn([], periodsPerYear: 252).isNaN)
    #expect(Measures.annualVolatility([0.1], periodsPerYear: 252).isNaN)
    #expect(Measures.perYear([], periodsPerYear: 252).isNaN)
  }
}
