import Autodiff
import Finance
import Testing

@Suite struct EvidenceMeasuresTests {
  @Test func quantilesInterpolate() {
    // numpy.quantile([3, 1, 2, 10], [0, .25, .5, .9, 1]) = [1, 1.75, 2.5, 7.9, 10]
    let values = [3.0, 1, 2, 10]
    for (p, expected) in [(0, 1.0), (0.25, 1.75), (0.5, 2.5), (0.9, 7.9), (1, 10)] {
      #expect(abs(Measures.quantile(values, p) - expected) < 1e-12)
    }
    #expect(Measures.median([]).isNaN && Measures.median([4]) == 4)
  }

  @Test func rollingWaitsForAFullWindow() {
    let sums = Measures.rolling([1, 2, 3, 4], window: 3) { $0.reduce(0, +) }
    #expect(sums[0].isNaN && sums[1].isNaN && sums[2] == 6 && sums[3] == 9)
  }

  /// At the break-even cost both Sharpe ratios are equal.
  @Test func breakEvenIsWhereTheRatiosMeet() {
    var generator = SplitMix64(seed: 4)
    let noise = generator.normals(400)
    let own = noise.prefix(200).map { 0.004 + 0.01 * $0 }
    let other = noise.suffix(200).map { 0.001 + 0.01 * $0 }
    let (much, little) = (
      [Double](repeating: 0.5, count: 200), [Double](repeating: 0.05, count: 200)
    )
    let cost = Measures.breakEvenCost(
      gross: own, turnover: much, otherGross: other, otherTurnover: little)
    func ratio(_ gross: [Double], _ turnover: [Double]) -> Double {
      Measures.sharpeRatio(zip(gross, turnover).map { $0 - cost * $1 }, periodsPerYear: 1)
    }
    #expect(cost > 0 && cost < 0.1)
    #expect(abs(ratio(own, much) - ratio(other, little)) < 1e-12)
    #expect(
      Measures.breakEvenCost(gross: other, turnover: little, otherGross: own, otherTurnover: little)
        == 0)
    #expect(
      Measures.breakEvenCost(gross: own, turnover: little, otherGross: other, otherTurnover: much)
        == .infinity)
    #expect(
      Measures.breakEvenCost(
        gross: [0, 0], turnover: [1, 1], otherGross: [0, 0], otherTurnover: [1, 1]
      ).isNaN)
  }

  @Test func historyIsInOrder() {
    for (a, b) in zip(StressWindow.history, StressWindow.history.dropFirst()) {
      #expect(a.first < a.last && a.last < b.first)
    }
    #expect(StressWindow.history.contains { "\($0.first) \($0.last)" == "2007-10-01 2009-03-31" })
  }

  @Test func theFallIsFromThePeakToTheTrough() throws {
    let levels = [5, 1, 4, 6, 3, 5, 4, 3.0]
    let fall = try #require(DrawdownLead.fall(of: levels, in: 2..<8))
    #expect(fall.peak == 3 && fall.trough == 4 && fall.drawdown == 0.5)
    #expect(DrawdownLead.fall(of: [1, 2, 3], in: 0..<3) == nil)
    #expect(DrawdownLead.fall(of: [1, 2, 3], in: 1..<1) == nil)
  }

  @Test func theLeadIsTheFirstCutBeforeTheTrough() {
    let dates = (0..<20).map { CalendarDate(days: 10_000 + 30 * $0) }
    var contributions = [Double](repeating: 0.5, count: 20)
    func lead() -> Int? {
      DrawdownLead.days(
        contributions: contributions, at: dates, peak: dates[14], trough: dates[18])
    }
    #expect(lead() == nil)
    contributions[13] = 0.1  // before the peak
    contributions[19] = 0.1  // after the trough
    #expect(lead() == nil)
    contributions[17] = 0.4  // exactly 20 % below
    #expect(lead() == 30)
    contributions[15] = 0.401
    #expect(lead() == 30)
    contributions[15] = 0.39
    #expect(lead() == 90)
    #expect(
      DrawdownLead.days(
        contributions: contributions, at: dates, peak: dates[0], trough: dates[18]) == nil)
  }

  @Test func sharesOfRiskSumToOne() throws {
    let covariance = Matrix(
      rows: 3, columns: 3, elements: [0.04, 0.01, 0, 0.01, 0.09, -0.02, 0, -0.02, 0.16])
    let weights = try RiskBudgetSolver().solve(covariance: covariance, budgets: [1, 1, 1]).weights
    for share in RiskDecomposition.byAsset(weights: weights, covariance: covariance) {
      #expect(abs(share - 1 / 3.0) < 1e-12)
    }
    let (shares, loadings) = RiskDecomposition.byPrincipalComponent(
      weights: weights, covariance: covariance)
    #expect(abs(shares.reduce(0, +) - 1) < 1e-12 && shares.allSatisfy { $0 >= 0 })
    for loading in loadings {
      #expect(abs(loading.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
      #expect(loading.max { abs($0) < abs($1) } ?? 0 > 0)
    }
    let none = RiskDecomposition.byAsset(weights: [0, 0, 0], covariance: covariance)
    #expect(none.filter { $0.isNaN }.count == 3)
  }

  /// Uncorrelated assets are their own components: both decompositions agree.
  @Test func componentsOfUncorrelatedAssetsAreTheAssets() {
    let covariance = Matrix(rows: 2, columns: 2, elements: [0.04, 0, 0, 0.01])
    let own = RiskDecomposition.byAsset(weights: [0.3, 0.7], covariance: covariance)
    let parts = RiskDecomposition.byPrincipalComponent(
      weights: [0.3, 0.7], covariance: covariance
    ).shares
    for (a, b) in zip(own, parts) { #expect(abs(a - b) < 1e-14) }
  }
}
