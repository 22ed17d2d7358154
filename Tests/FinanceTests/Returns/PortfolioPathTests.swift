import Autodiff
import Finance
import Testing

@Suite struct PortfolioPathTests {
  /// Random rows with decisions at given rows, weights that leave some cash.
  private struct Setting {
    var returns: Matrix
    var cash: [Double]
    var decisionRows: [Int]
    var lag: Int
    var weights: Matrix
    var costs: [Double]

    init(rows: Int, assets: Int, decisionRows: [Int], lag: Int = 1, seed: UInt64 = 1) {
      var generator = SplitMix64(seed: seed)
      returns = Matrix(
        rows: rows, columns: assets, elements: generator.normals(rows * assets).map { 0.03 * $0 })
      cash = (0..<rows).map { _ in 2e-4 * generator.uniform() }
      self.decisionRows = decisionRows
      self.lag = lag
      weights = Matrix(
        rows: decisionRows.count, columns: assets,
        elements: (0..<decisionRows.count * assets).map { _ in
          (0.3 + generator.uniform()) / Double(assets)
        })
      costs = (0..<assets).map { _ in 0.01 * generator.uniform() }
    }

    func path() throws -> PortfolioPath {
      try PortfolioPath.simulate(
        assetReturns: returns, cashReturns: cash, decisionRows: decisionRows, lag: lag,
        weights: weights, costs: costs)
    }
  }

  /// Two assets, four rows, computed by hand.
  ///
  /// Decision at row 0, traded at row 1, held from row 2;
  /// the second decided at row 2, traded at row 3.
  @Test func handComputedDriftAndCost() throws {
    let path = try PortfolioPath.simulate(
      assetReturns: Matrix(
        rows: 4, columns: 2, elements: [0.5, 0.5, 0.5, -0.5, 0.10, -0.05, 0.00, 0.20]),
      cashReturns: [0.01, 0.02, 0.01, 0], decisionRows: [0, 2],
      weights: Matrix(rows: 2, columns: 2, elements: [0.6, 0.2, 0.3, 0.7]), costs: [0.001, 0.002])
    // Rows 0 and 1 earn cash; row 1 pays .6·.001 + .2·.002 = .001 for the first purchase.
    // Row 2: R = .06 − .01 + .2·.01 = .052; h = (.66, .19, .202) / 1.052.
    // Row 3: R = .2·.19/1.052; h = (.66, .228, .202) / 1.09; pays for (.3, .7).
    let (a, b) = (0.66 / 1.09, 0.228 / 1.09)
    let cost = 0.001 * (a - 0.3) + 0.002 * (0.7 - b)
    #expect(distance(path.returns, [0.01, 0.019, 0.052, 0.2 * 0.19 / 1.052 - cost]) < 1e-16)
    #expect(distance(path.turnover, [0.8, (a - 0.3) + (0.7 - b)]) < 1e-15)
    #expect(distance(path.costs, [0.001, cost]) < 1e-17)
    #expect(distance(path.drifted.elements, [0, 0, a, b]) < 1e-15)
    let held = [0, 0, 0, 0, 0.6, 0.2, 0.66 / 1.052, 0.19 / 1.052]
    #expect(distance(path.holdings.elements, held) < 1e-15)
  }

  @Test func noDecisionEarnsCash() throws {
    var setting = Setting(rows: 5, assets: 3, decisionRows: [])
    setting.weights = Matrix(rows: 0, columns: 3)
    #expect(try setting.path().returns == setting.cash)
  }

  @Test func lagZeroTradesAtTheDecisionsOwnClose() throws {
    var early = Setting(rows: 9, assets: 2, decisionRows: [1, 4], lag: 0)
    let reference = try early.path()
    early.decisionRows = [0, 3]
    early.lag = 1
    #expect(try early.path() == reference)
    #expect(reference.holdings.row(1).allSatisfy { $0 == 0 })
    #expect(Array(reference.holdings.row(2)) == Array(early.weights.row(0)))
  }

  /// Without costs, trading to the weights one already holds, or rather not trading, is the same.
  @Test func tradingToTheDriftedHoldingsIsFree() throws {
    var once = Setting(rows: 12, assets: 3, decisionRows: [0])
    let reference = try once.path()
    once.decisionRows = [0, 5]
    once.weights = Matrix(
      rows: 2, columns: 3,
      elements: Array(once.weights.elements) + Array(reference.holdings.row(7)))
    let path = try once.path()
    #expect(distance(path.returns, reference.returns) < 1e-15)
    #expect(path.turnover[1] < 1e-15 && path.costs[1] < 1e-16)
  }

  @Test func buyAndHoldWealthIsTheSumOfItsParts() throws {
    var setting = Setting(rows: 30, assets: 3, decisionRows: [0])
    setting.costs = [0, 0, 0]
    let path = try setting.path()
    let w = setting.weights.row(0)
    var wealth = path.returns.reduce(1) { $0 * (1 + $1) }
    let start = (1 + setting.cash[0]) * (1 + setting.cash[1])
    wealth /= start
    var expected = 0.0
    for i in 0..<3 {
      expected += (2..<30).reduce(w[i]) { $0 * (1 + setting.returns[$1, i]) }
    }
    expected += (2..<30).reduce(1 - w.reduce(0, +)) { $0 * (1 + setting.cash[$1]) }
    #expect((wealth / expected - 1).magnitude < 1e-14)
  }

  @Test func costsOnlyLowerTheReturnsOfTradingRows() throws {
    var setting = Setting(rows: 20, assets: 4, decisionRows: [0, 5, 9, 18])
    let dear = try setting.path()
    setting.costs = [0, 0, 0, 0]
    let free = try setting.path()
    #expect(dear.turnover == free.turnover && dear.holdings == free.holdings)
    for s in 0..<20 {
      let paid = [1: 0, 6: 1, 10: 2, 19: 3][s].map { dear.costs[$0] } ?? 0
      #expect(dear.returns[s] == free.returns[s] - paid)
    }
  }

  @Test(arguments: [(12, 1, [0, 3, 7], 1), (25, 3, [2, 3, 4, 11, 20], 2), (9, 5, [0, 8], 0)])
  func gradientEqualsCentralDifferences(_ shape: (Int, Int, [Int], Int)) throws {
    let (rows, assets, decisionRows, lag) = shape
    let setting = Setting(rows: rows, assets: assets, decisionRows: decisionRows, lag: lag)
    try expectGradientMatchesDifferences(setting)
  }

  @Test func wrongGradientIsCaught() {
    let setting = Setting(rows: 12, assets: 2, decisionRows: [0, 4])
    withKnownIssue { try expectGradientMatchesDifferences(setting, factor: 1.0001) }
  }

  private func expectGradientMatchesDifferences(_ setting: Setting, factor: Double = 1) throws {
    let (rows, n, d) = (setting.returns.rows, setting.costs.count, setting.decisionRows.count)
    var generator = SplitMix64(seed: 9)
    let (r̄, t̄, h̄) = (generator.normals(rows), generator.normals(d), generator.normals(d * n))
    func loss(_ weights: Matrix) throws -> Double {
      var moved = setting
      moved.weights = weights
      let path = try moved.path()
      return zip(path.returns + path.turnover + path.drifted.elements, r̄ + t̄ + h̄)
        .reduce(0) { $0 + $1.0 * $1.1 }
    }
    let trades = PortfolioPath.tradeRows(
      decisionRows: setting.decisionRows, lag: setting.lag, rowCount: rows)
    var save = [Double](repeating: .nan, count: PortfolioPath.saveCount(rows: rows, assets: n))
    var (net, turnover, paid) = (setting.cash, [Double](repeating: 0, count: d), r̄)
    var (drifted, scratch) = (h̄, [Double](repeating: .nan, count: 2 * n))
    var gradient = [Double](repeating: 1, count: d * n)  // accumulates on what is there
    try PortfolioPath.forward(
      rows: rows, assets: n, assetReturns: setting.returns.elements, cashReturns: setting.cash,
      decisions: d, tradeRows: trades, weights: setting.weights.elements, costs: setting.costs,
      returns: &net, turnover: &turnover, paid: &paid, drifted: &drifted, save: &save)
    PortfolioPath.backward(
      rows: rows, assets: n, assetReturns: setting.returns.elements, cashReturns: setting.cash,
      decisions: d, tradeRows: trades, weights: setting.weights.elements, costs: setting.costs,
      save: save, returnCotangent: r̄, turnoverCotangent: t̄, driftedCotangent: h̄,
      scratch: &scratch, weightGradient: &gradient)
    let h = 1e-6
    for k in 0..<d * n {
      var (up, down) = (setting.weights, setting.weights)
      up.elements[k] += h
      down.elements[k] -= h
      let slope = try (loss(up) - loss(down)) / (2 * h)
      #expect((factor * (gradient[k] - 1) - slope).magnitude < 1e-8 * max(1, slope.magnitude))
    }
  }

  /// `|x|` has the subgradient 0 at 0: not trading an asset one does not hold costs nothing.
  @Test func kinkHasNoGradient() throws {
    var (scratch, gradient) = ([0.0, 0], [0.0])
    var save = [0.0, 0, 1, 1]  // two rows without holdings
    PortfolioPath.backward(
      rows: 2, assets: 1, assetReturns: [0.1, 0.2], cashReturns: [0, 0], decisions: 1,
      tradeRows: [1], weights: [0], costs: [0.01], save: &save, returnCotangent: [1, 1],
      turnoverCotangent: [1], driftedCotangent: nil, scratch: &scratch,
      weightGradient: &gradient)
    #expect(gradient == [0])
  }

  private func message(_ setting: Setting) -> String {
    do { return "no error: \(try setting.path())" } catch { return "\(error)" }
  }

  @Test func lostWealthIsAnErrorWithItsRow() {
    var setting = Setting(rows: 6, assets: 1, decisionRows: [0])
    setting.weights.elements = [2]
    setting.cash = [Double](repeating: 0, count: 6)
    setting.returns.elements = [0, 0, 0.25, -0.75, 0, 0]
    // After row 2 the holding is 2·1.25/1.5 = 5/3; row 3 then makes 1 − 1.25.
    #expect(
      message(setting)
        == "portfolio path: in row 3 the wealth is multiplied by -0.25; it must stay positive. "
        + "Look for leverage, extreme returns or costs that are not fractions.")
    setting.returns.elements = [0, 0, 0, 0, 0, 0]
    setting.weights.elements = [2]
    setting.costs = [0.5]
    #expect(message(setting).hasPrefix("portfolio path: in row 1 the wealth is multiplied by 0.0;"))
  }

  @Test func whatIsNotFiniteIsNamed() {
    var setting = Setting(rows: 6, assets: 2, decisionRows: [0])
    setting.returns[4, 1] = .nan
    #expect(
      message(setting) == "portfolio path: the return of asset 1 in row 4 is nan; "
        + "returns must be finite. Fill or drop the row before.")
    setting = Setting(rows: 6, assets: 2, decisionRows: [0])
    setting.cash[3] = .infinity
    #expect(
      message(setting)
        == "portfolio path: the cash return in row 3 is inf; returns must be finite.")
    setting = Setting(rows: 6, assets: 2, decisionRows: [0, 2])
    setting.weights[1, 0] = .nan
    #expect(
      message(setting) == "portfolio path: the weight of asset 0 in decision 1 is nan; "
        + "weights must be finite.")
  }

  @Test func untradedDecisionIsAProgrammersError() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = PortfolioPath.tradeRows(decisionRows: [0, 5], lag: 1, rowCount: 6)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(
      message.contains("PortfolioPath: decision 1 at row 5 with lag 1 is not traded in 6 rows"))
  }
}
