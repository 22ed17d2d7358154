internal import Finance

/// One strategy in the test part of a simulated market, judged by the true moments.
struct TruthMeasurement: Sendable, Equatable {
  /// The annual Sharpe ratio under the truth, see `MarketTruth.sharpeRatio`.
  var sharpe: Double
  /// On the simulated returns: as fractions.
  var maximumDrawdown: Double
  var conditionalDrawdown: Double
  var turnoverPerYear: Double
  /// The true volatility k rows after a change into the second regime, relative to that at the
  /// change, averaged over the changes that last so long; empty without one.
  var riskAfterBreak: [Double]
  /// How many changes that is.
  var breaks: Int

  /// Rows after a change that are looked at.
  static let horizon = 60

  /// Judges a strategy; the truth's row t belongs to the panel's row t + 1.
  init(_ strategy: StrategyResult, of problem: Problem, truth: MarketTruth) {
    let span = problem.span(of: problem.tested)
    let path = strategy.path
    // Nothing is held before the first trade, at the end of the span's first row.
    let rows = path.holdings.rows - 1
    let n = path.holdings.columns
    let holdings = Matrix(
      rows: rows, columns: n, elements: Array(path.holdings.elements[n...]))
    let first = span.firstRow
    sharpe =
      truth.sharpeRatio(
        holdings: holdings, firstRow: first,
        costs: Array(span.onRows(path.costs, at: strategy.tradeRows)[1...]))
      * problem.experiment.data.rowsPerYear.squareRoot()
    maximumDrawdown = strategy.summary.maximumDrawdown
    conditionalDrawdown = strategy.summary.conditionalDrawdown95
    turnoverPerYear = strategy.summary.turnoverPerYear

    let risk = truth.volatility(holdings: holdings, firstRow: first)
    let states = Array(truth.states[first..<first + rows])
    var sum = [Double](repeating: 0, count: Self.horizon + 1)
    var count = 0
    for s in 1..<max(1, rows - Self.horizon)
    where states[s - 1] == 0 && states[s...(s + Self.horizon)].allSatisfy({ $0 == 1 }) {
      for k in 0...Self.horizon { sum[k] += risk[s + k] / risk[s] }
      count += 1
    }
    breaks = count
    riskAfterBreak = count > 0 ? sum.map { $0 / Double(count) } : []
  }

  /// Reads what `json` wrote; nil if it is something else.
  init?(_ json: JSONValue) {
    guard let sharpe = json["sharpe"]?.double, let maximum = json["maximumDrawdown"]?.double,
      let conditional = json["conditionalDrawdown95"]?.double,
      let turnover = json["turnoverPerYear"]?.double, let breaks = json["breaks"]?.int,
      let risk = json["riskAfterBreak"]?.elements
    else { return nil }
    self.sharpe = sharpe
    maximumDrawdown = maximum
    conditionalDrawdown = conditional
    turnoverPerYear = turnover
    self.breaks = breaks
    riskAfterBreak = risk.compactMap(\.double)
  }

  var json: JSONValue {
    JSONValue(object: [
      ("sharpe", JSONValue(sharpe)), ("maximumDrawdown", JSONValue(maximumDrawdown)),
      ("conditionalDrawdown95", JSONValue(conditionalDrawdown)),
      ("turnoverPerYear", JSONValue(turnoverPerYear)), ("breaks", JSONValue(breaks)),
      ("riskAfterBreak", JSONValue(riskAfterBreak)),
    ])
  }
}
