internal import Autodiff

extension DualLayer {
  /// What the model did over some rows.
  public struct Run: Sendable {
    /// The decisions, with the risk budgets they aimed at.
    public let decisions: StrategyDecisions
    /// Why each of them was made.
    public let events: [TriggerEvent]
    /// The state of each row of the range.
    public let states: [MarketState]
    /// What it holds after the last row, an order on its way included.
    public let holdings: [Double]
    /// The risk budgets of the last row.
    public let budgets: [Double]
  }

  /// Runs the model from the first row of a range to its last.
  ///
  /// Decisions are traded `lag` rows later, and holdings drift in between as in ``PortfolioPath``; while
  /// an order is on its way nothing new is decided. Throws a ``DualLayerError`` or ``RuleFailure``.
  public func run(in range: Range<Int>, of data: MarketData, lag: Int) throws -> Run {
    let n = classes.count
    check(data.assets.count == n, "DualLayer: \(n) classes for \(data.assets.count) assets")
    let strategic = try states(of: data)
    let needed = strategic.firstRow.map { max($0, covariance.requiredRows) }
    guard let needed, needed <= range.lowerBound else {
      throw DualLayerError.tooEarly(row: range.lowerBound, firstRow: needed)
    }
    var (rows, weights, aims): ([Int], [Double], [Double]) = ([], [], [])
    var events: [TriggerEvent] = []
    var path: [MarketState] = []
    var holdings = DriftingHoldings(assets: n, lag: lag)
    var budgets = BudgetTable.budgets(BudgetTable.start, of: classes)
    // What the last decision knew.
    var (decidedState, decidedSpectrum): (MarketState?, [Double]) = (nil, [])
    var wasLimited = false
    let start = max(needed, range.lowerBound - Self.settlingRows)
    try covariance.forEach(in: start..<range.upperBound, of: data) { t, forecast in
      guard let state = strategic.states[t] else { return }
      let sigma = forecastError?.distorted(forecast, at: t) ?? forecast
      let rate = strategic.rates[t]
      let target = tactics.refined(
        strategic.budgets[t],
        scores: tactics.scores(
          of: data, at: t, volatilities: (0..<n).map { sigma[$0, $0].squareRoot() }))
      for i in 0..<n { budgets[i] = (1 - rate) * budgets[i] + rate * target[i] }
      guard t >= range.lowerBound else { return }
      path.append(state)
      holdings.pass(row: t, of: data)
      guard holdings.order == nil else { return }

      let spectrum = Self.spectrum(sigma)
      var reasons: [RebalancingTrigger] = []
      if let decidedState {
        if triggers.onStateChange, decidedState != state {
          reasons.append(.stateChange(from: decidedState, to: state))
        }
        if let move = triggers.eigenvalueMove(from: decidedSpectrum, to: spectrum) {
          reasons.append(move)
        }
        let shares = RiskDecomposition.byAsset(weights: holdings.weights, covariance: sigma)
        if let off = triggers.deviation(of: shares, from: budgets) { reasons.append(off) }
        if let calendar = triggers.calendar,
          calendar.decides(at: t, of: data.dates, since: range.lowerBound)
        {
          reasons.append(.calendar)
        }
        if triggers.continues, wasLimited { reasons.append(.continuation) }
      } else {
        reasons = [.start]
      }
      guard !reasons.isEmpty else { return }
      let (decided, limited): ([Double], Bool)
      do {
        (decided, limited) = try portfolio(
          sigma, budgets, from: holdings.weights, first: decidedState == nil)
      } catch { throw RuleFailure(row: t, underlying: error) }
      let change = 0.5 * zip(decided, holdings.weights).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
      events.append(
        TriggerEvent(
          row: t, triggers: reasons, state: state, rate: rate, turnover: change,
          isLimited: limited))
      rows.append(t)
      weights += decided
      aims += budgets
      holdings.decide(decided, at: t)
      (decidedState, decidedSpectrum, wasLimited) = (state, spectrum, limited)
    }
    return Run(
      decisions: StrategyDecisions(
        rows: rows, weights: Matrix(rows: rows.count, columns: n, elements: weights),
        budgets: Matrix(rows: rows.count, columns: n, elements: aims)),
      events: events, states: path, holdings: holdings.order?.weights ?? holdings.weights,
      budgets: budgets)
  }

  /// The portfolio of some budgets, as far as the limits allow; the first purchase is free of them.
  private func portfolio(
    _ sigma: Matrix, _ budgets: [Double], from held: [Double], first: Bool
  ) throws -> (weights: [Double], isLimited: Bool) {
    let free = try RiskBudgetSolver().solve(covariance: sigma, budgets: budgets).weights
    guard let limits, !first, !limits.admit(from: held, to: free) else { return (free, false) }
    return (try limits.portfolio(covariance: sigma, budgets: budgets, held: held, free: free), true)
  }

  /// The eigenvalues of a covariance's correlations, descending.
  private static func spectrum(_ sigma: Matrix) -> [Double] {
    let n = sigma.rows
    var correlations = sigma
    for i in 0..<n {
      for j in 0..<n {
        correlations[i, j] =
          i == j ? 1 : sigma[i, j] / (sigma[i, i] * sigma[j, j]).squareRoot()
      }
    }
    return SymmetricEigen(correlations).values.reversed()
  }
}
