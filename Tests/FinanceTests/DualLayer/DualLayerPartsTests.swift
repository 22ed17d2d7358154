import Autodiff
import Finance
import Testing

@Suite struct DualLayerPartsTests {
  @Test func cellsOfTheTable() {
    let table = BudgetTable.standard
    let four: [AssetClass] = [.equities, .bonds, .commodities, .realEstate]
    #expect(
      distance(
        table.budgets(MarketState(.recovery, .low), of: four), [0.6, 0.15, 0.1, 0.15]) < 1e-15)
    #expect(
      distance(
        table.budgets(MarketState(.recession, .high), of: four), [0.15, 0.5, 0.2, 0.15]) < 1e-15)
    // Two assets share a class; a class without an asset is dropped: 25 % of 90 % each.
    let some: [AssetClass] = [.equities, .commodities, .bonds, .commodities]
    #expect(
      distance(
        table.budgets(MarketState(.expansion, .low), of: some),
        [50.0 / 90, 12.5 / 90, 15.0 / 90, 12.5 / 90]) < 1e-15)
    // Budgets of the published text: bonds 15 … 50, equities 15 … 60.
    let cells = (0..<12).map { Array(table.cells.row($0)) }
    #expect(cells.map { $0[1] }.min() == 15 && cells.map { $0[1] }.max() == 50)
    #expect(cells.map { $0[0] }.min() == 15 && cells.map { $0[0] }.max() == 60)
    #expect(cells.allSatisfy { $0.reduce(0, +) == 100 })
  }

  @Test func aMarkovChainCounts() {
    var chain = MarkovChain(states: 3)
    #expect(chain.distribution(after: 1) == [])
    for state in [0, 0, 1, 0, 0, 0, 1, 1, 0] { chain.observe(state) }
    // From 0: to 0 three times, to 1 twice; from 1: to 0 twice, to 1 once; 2 was never seen.
    #expect(chain.transitions.elements == [0.6, 0.4, 0, 2.0 / 3, 1.0 / 3, 0, 0, 0, 1])
    #expect(chain.distribution(after: 0) == [1, 0, 0])
    #expect(chain.distribution(after: 1) == [0.6, 0.4, 0])
    #expect(
      distance(chain.distribution(after: 2), [0.36 + 0.8 / 3, 0.24 + 0.4 / 3, 0]) < 1e-15)
  }

  @Test func ranksAreCounted() throws {
    let data = try EmbeddedData.fourAssets()
    let gauge = VolatilityGauge(.realised(asset: 0, window: 21), window: 400)
    let (ranks, distances) = try gauge.path(of: data)
    // The embedded indicator RV21 is √252 of log returns' deviation: close, and of the same rank.
    let indicator = try VolatilityGauge(.indicator("RV21"), window: 400).path(of: data)
    for row in [700, 2500, 6000] {
      let levels = (row - 399...row).map { t in
        100 * (252.0).squareRoot()
          * Measures.standardDeviation((t - 20...t).map { data.returns[$0, 0] })
      }
      let below = levels.filter { $0 < levels[399] }.count
      #expect(abs(ranks[row] - (Double(below) + 0.5) / 400) < 1e-12)
      #expect(abs(distances[row] - (levels[399] - levels.reduce(0, +) / 400)) < 1e-10)
      #expect(abs(indicator.ranks[row] - ranks[row]) < 0.02)
    }
    #expect(VolatilityState(rank: 0.2, quantiles: 0.3...0.7) == .low)
    #expect(VolatilityState(rank: 0.3, quantiles: 0.3...0.7) == .medium)
    #expect(VolatilityState(rank: 0.71, quantiles: 0.3...0.7) == .high)
  }

  @Test func refinedBudgetsKeepTheirLimitsAndTheirSum() {
    var generator = SplitMix64(seed: 4)
    for trial in 0..<500 {
      let n = 2 + trial % 6
      let raw = (0..<n).map { _ in 0.01 + generator.uniform() }
      let budgets = raw.map { $0 / raw.reduce(0, +) }
      func scores() -> [Double] { (0..<n).map { _ in 4 * generator.uniform() - 2 } }
      let tactics = TacticalRefinement(value: 0.5, momentum: 0.4, sharpe: 0.3)
      let (v, m, s) = (scores(), scores(), scores())
      let refined = tactics.refined(budgets, scores: (v, m, s))
      #expect(abs(refined.reduce(0, +) - 1) < 1e-14)
      for i in 0..<n {
        #expect(refined[i] >= 0.7 * budgets[i] - 1e-15)
        #expect(refined[i] <= 1.3 * budgets[i] + 1e-15)
      }
      // Between the limits ratios are those of the exponentials.
      let inner = (0..<n).filter {
        refined[$0] > 0.7 * budgets[$0] + 1e-12 && refined[$0] < 1.3 * budgets[$0] - 1e-12
      }
      if inner.count >= 2 {
        let (i, j) = (inner[0], inner[1])
        func tilt(_ k: Int) -> Double { 0.5 * v[k] + 0.4 * m[k] + 0.3 * s[k] }
        let ratio = refined[i] / refined[j] / (budgets[i] / budgets[j])
        #expect(abs(ratio / expOf(tilt(i) - tilt(j)) - 1) < 1e-12)
      }
      let zeros = [Double](repeating: 0, count: n)
      #expect(distance(tactics.refined(budgets, scores: (zeros, zeros, zeros)), budgets) < 1e-15)
    }
  }

  @Test func scoresStandardiseAcrossAssets() throws {
    let data = try EmbeddedData.fourAssets()
    let scores = TacticalRefinement().scores(
      of: data, at: 3000, volatilities: [0.01, 0.004, 0.008, 0.02])
    for score in [scores.value, scores.momentum, scores.sharpe] {
      #expect(score.allSatisfy { $0.magnitude <= 2 })
      #expect(abs(score.reduce(0, +)) < 1e-12)
      #expect(abs(score.reduce(0) { $0 + $1 * $1 } / 4 - 1) < 1e-12)
    }
    // What rose most over five years is dearest.
    let growth = (0..<4).map { data.prices[3000, $0] / data.prices[1740, $0] }
    #expect(growth.firstIndex(of: growth.max() ?? 0) == 0)
    #expect(scores.value[0] < 0)
    let early = TacticalRefinement().scores(
      of: data, at: 100, volatilities: [0.01, 0.004, 0.008, 0.02])
    #expect(early.value + early.momentum + early.sharpe == [Double](repeating: 0, count: 12))
  }

  @Test func smoothingSpansItsRates() {
    let smoothing = BudgetSmoothing()
    #expect(abs(smoothing.rate(distance: 0) - 0.15) < 1e-15)
    #expect(smoothing.rate(distance: -50) >= 0.05 && smoothing.rate(distance: -50) < 0.0501)
    #expect(smoothing.rate(distance: 50) <= 0.25 && smoothing.rate(distance: 50) > 0.2499)
    #expect(BudgetSmoothing(base: 0.3, range: 0).rate(distance: 7) == 0.3)
  }

  @Test func tradesKeepTheirLimits() throws {
    var generator = SplitMix64(seed: 5)
    var single = 0
    for trial in 0..<60 {
      let n = 3 + trial % 5
      let covariance = RandomProblem(count: n, seed: UInt64(trial), volatilityDecades: 1).covariance
      let raw = (0..<n).map { _ in 0.05 + generator.uniform() }
      let held = raw.map { $0 / raw.reduce(0, +) }
      let budgets = (0..<n).map { _ in 0.1 + generator.uniform() }
      let limits = TradeLimits()
      let free = try RiskBudgetSolver().solve(covariance: covariance, budgets: budgets).weights
      let w = try limits.portfolio(
        covariance: covariance, budgets: budgets, held: held, free: free)
      let changes = zip(w, held).map { abs($0 - $1) }
      #expect(abs(w.reduce(0, +) - 1) < 1e-12)
      #expect(changes.allSatisfy { $0 <= 0.08 + 1e-9 })
      #expect(changes.reduce(0, +) <= 0.3 + 1e-9)
      if limits.admit(from: held, to: free) {
        #expect(distance(w, free) < 1e-9)
      } else {
        // Nearer to the budgets' portfolio than before, and a limit binds.
        #expect(
          changes.contains { $0 > 0.08 - 1e-7 } || changes.reduce(0, +) > 0.3 - 1e-7)
        single += changes.contains { $0 > 0.08 - 1e-7 } ? 1 : 0
      }
    }
    #expect(single > 10)
  }
}

private func expOf(_ x: Double) -> Double {
  // Σ xᵏ/k!, enough terms for |x| < 5.
  var (sum, term) = (1.0, 1.0)
  for k in 1..<60 {
    term *= x / Double(k)
    sum += term
  }
  return sum
}
