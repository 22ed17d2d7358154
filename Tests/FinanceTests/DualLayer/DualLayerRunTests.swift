import Autodiff
import Finance
import Testing

@Suite struct DualLayerRunTests {
  static let model = DualLayer(
    classes: [.equities, .bonds, .commodities, .commodities],
    cycle: LeadingIndicator(LeadingIndicatorTests.series),
    gauge: VolatilityGauge(.realised(asset: 0, window: 21)))
  static let range = 2600..<3400

  /// The backtest's holdings before each trade are those that the triggers saw.
  @Test func decisionsFollowFromHoldingsOfTheBacktest() throws {
    let data = try EmbeddedData.fourAssets()
    let run = try Self.model.run(in: Self.range, of: data, lag: 1)
    let rows = run.decisions.rows
    #expect(rows.first == Self.range.lowerBound && rows.count > 20)
    #expect(run.events.map(\.row) == rows)
    #expect(run.states.count == Self.range.count)
    let first = rows[0] + 1
    let count = Self.range.upperBound - first + 1
    let path = try PortfolioPath.simulate(
      assetReturns: Matrix(
        rows: count, columns: 4,
        elements: Array(data.returns.elements[first * 4..<(first + count) * 4])),
      cashReturns: Array(data.cashReturns[first..<first + count]),
      decisionRows: rows.map { $0 + 1 - first }, lag: 0, weights: run.decisions.weights,
      costs: [0.001, 0.001, 0.001, 0.001])
    for k in 1..<rows.count {
      // Holdings at the close of the deciding row: those at the start of the next.
      let held = path.holdings.row(rows[k] + 1 - first)
      let changes = zip(run.decisions.weights.row(k), held).map { abs($0 - $1) }
      #expect(abs(0.5 * changes.reduce(0, +) - run.events[k].turnover) < 1e-12)
      #expect(changes.allSatisfy { $0 <= 0.08 + 1e-9 } && changes.reduce(0, +) <= 0.3 + 1e-9)
    }
  }

  /// Every row that meets a condition decides, for that reason, and no other row does: the four conditions
  /// computed anew from states, covariances and the definition of the smoothed budgets.
  @Test func triggersFireExactlyWhenTheirConditionsHold() throws {
    let data = try EmbeddedData.fourAssets()
    var model = Self.model
    model.limits = nil
    let run = try model.run(in: Self.range, of: data, lag: 0)
    let rows = run.decisions.rows
    let strategic = try model.states(of: data)
    let aims = try #require(run.decisions.budgets)
    func covariance(_ row: Int) -> Matrix {
      let returns = Matrix(
        rows: 20, columns: 4, elements: Array(data.returns.elements[(row - 19) * 4..<(row + 1) * 4])
      )
      return SampleCovariance(window: 20).covariance(of: returns)
    }
    func eigenvalues(_ row: Int) -> [Double] {
      var matrix = covariance(row)
      let d = (0..<4).map { matrix[$0, $0].squareRoot() }
      for i in 0..<4 { for j in 0..<4 { matrix[i, j] /= d[i] * d[j] } }
      return SymmetricEigen(matrix).values
    }
    var held = Array(run.decisions.weights.row(0))
    var (decided, k) = (rows[0], 1)
    // Whatever they start from, the smoothed budgets have forgotten it a year later.
    var budgets = [0.25, 0.25, 0.25, 0.25]
    var fired: [String: Int] = [:]
    for row in Self.range.lowerBound - 252..<Self.range.upperBound {
      let sigma = covariance(row)
      let target = model.tactics.refined(
        strategic.budgets[row],
        scores: model.tactics.scores(
          of: data, at: row, volatilities: (0..<4).map { sigma[$0, $0].squareRoot() }))
      let rate = strategic.rates[row]
      for i in 0..<4 { budgets[i] += rate * (target[i] - budgets[i]) }
      guard row > Self.range.lowerBound else { continue }
      let cash = data.cashReturns[row]
      let growth = (0..<4).reduce(1 + cash) { $0 + held[$1] * (data.returns[row, $1] - cash) }
      for i in 0..<4 { held[i] *= (1 + data.returns[row, i]) / growth }
      let reasons = k < rows.count && rows[k] == row ? run.events[k].triggers : []
      let names = reasons.map(\.name)
      for name in names { fired[name, default: 0] += 1 }
      let states = run.states
      #expect(
        names.contains("state")
          == (states[row - Self.range.lowerBound] != states[decided - Self.range.lowerBound]))
      #expect(names.contains("calendar") == (data.dates[row].month != data.dates[row - 1].month))
      let moves = zip(eigenvalues(decided), eigenvalues(row)).map { abs($1 / $0 - 1) }
      #expect(names.contains("eigenvalue") == ((moves.max() ?? 0) > 0.15), "row \(row)")
      let parts = (0..<4).map { i in held[i] * (0..<4).reduce(0) { $0 + sigma[i, $1] * held[$1] } }
      let total = parts.reduce(0, +)
      let off = zip(parts, budgets).map { abs($0 / total - $1) }.max() ?? 0
      #expect(names.contains("risk-contribution") == (off > 0.1), "row \(row): \(off)")
      guard !reasons.isEmpty else { continue }
      for i in 0..<4 { #expect(abs(aims[k, i] - budgets[i]) < 1e-6) }
      held = Array(run.decisions.weights.row(k))
      (decided, k) = (row, k + 1)
    }
    #expect(k == rows.count)
    #expect(Set(fired.keys) == ["state", "calendar", "eigenvalue", "risk-contribution"])
  }

  /// A share of risk is off its budget whether it is above or below, an eigenvalue whether it rose or fell.
  @Test(arguments: [(0.101, true), (-0.101, true), (0.099, false), (-0.099, false)])
  func triggersLookToBothSides(deviation: Double, fires: Bool) {
    // Spread over two assets on the other side, so that only one is beyond the threshold.
    let shares = [0.4 + deviation, 0.3 - deviation / 2, 0.3 - deviation / 2]
    let found = RebalancingTriggers().deviation(of: shares, from: [0.4, 0.3, 0.3])
    #expect((found != nil) == fires)
    if case .riskContribution(let asset, let value) = found {
      #expect(asset == 0 && abs(value - deviation) < 1e-15)
    }
    let move = RebalancingTriggers().eigenvalueMove(
      from: [2, 0.7, 0.3], to: [2, 0.7 * (1 + 1.5 * deviation), 0.3])
    #expect((move != nil) == fires)
  }

  /// Without triggers only the calendar decides, and each portfolio has the budgets it aimed at.
  @Test func theCalendarAloneGivesExactBudgets() throws {
    let data = try EmbeddedData.fourAssets()
    var model = Self.model
    model.limits = nil
    model.triggers = RebalancingTriggers(
      onStateChange: false, eigenvalueChange: .infinity, riskDeviation: .infinity)
    let run = try model.run(in: Self.range, of: data, lag: 1)
    let budgets = try #require(run.decisions.budgets)
    #expect(
      run.decisions.rows == RebalancingSchedule.monthly.rows(in: Self.range, of: data.dates))
    for (k, row) in run.decisions.rows.enumerated() {
      let returns = Matrix(
        rows: 20, columns: 4, elements: Array(data.returns.elements[(row - 19) * 4..<(row + 1) * 4])
      )
      let sigma = SampleCovariance(window: 20).covariance(of: returns)
      let w = Array(run.decisions.weights.row(k))
      let parts = (0..<4).map { i in w[i] * (0..<4).reduce(0) { $0 + sigma[i, $1] * w[$1] } }
      let total = parts.reduce(0, +)
      for i in 0..<4 { #expect(abs(parts[i] / total - budgets[k, i]) < 1e-10) }
      #expect(abs(budgets.row(k).reduce(0, +) - 1) < 1e-12)
    }
  }

  @Test(arguments: [false, true])
  func thePastDoesNotDependOnTheFuture(conditional: Bool) throws {
    let data = try EmbeddedData.fourAssets()
    var model = Self.model
    if conditional { model.covariance = .conditional(history: 1000, refit: 200, window: 120) }
    var generator = SplitMix64(seed: 6)
    let cut = 2750
    let range = conditional ? 2600..<2800 : Self.range
    let noisy = data.corrupted(after: cut, generator: &generator)
    let before = try model.run(in: range, of: data, lag: 1)
    let after = try model.run(in: range.lowerBound..<cut + 1, of: noisy, lag: 1)
    #expect(before.decisions.through(cut) == after.decisions)
    #expect(before.events.filter { $0.row <= cut } == after.events)
    #expect(Array(before.states.prefix(after.states.count)) == after.states)
    #expect(after.events.count > 5)
  }

  @Test func strategyStatesSettle() throws {
    let data = try EmbeddedData.fourAssets()
    let states = try Self.model.states(of: data)
    let first = try #require(states.firstRow)
    #expect(first < 700)
    // A state that counts has been seen five rows in a row: changes are at least as far apart.
    let changes = (first + 1..<data.dates.count).filter {
      states.states[$0] != states.states[$0 - 1]
    }
    #expect(zip(changes, changes.dropFirst()).allSatisfy { $1 - $0 >= 5 })
    #expect(changes.count > 20)
    for t in stride(from: first, to: data.dates.count, by: 50) {
      #expect(abs(states.budgets[t].reduce(0, +) - 1) < 1e-12)
      #expect(states.rates[t] >= 0.05 && states.rates[t] <= 0.25)
    }
  }

  @Test func aTestBeforeItsHistoryIsRefused() throws {
    let data = try EmbeddedData.fourAssets()
    #expect(throws: DualLayerError.self) {
      try Self.model.run(in: 100..<200, of: data, lag: 1)
    }
  }
}
