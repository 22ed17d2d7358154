internal import Finance

/// One strategy through the backtest: what it decided and what it earned.
struct StrategyResult: Sendable {
  /// The name in reports.
  let title: String
  /// The name in files.
  let key: String
  /// What it decided, and when: on the tested decisions, or on a schedule of its own.
  let decisions: StrategyDecisions
  /// What the model's blocks say beside, by decision.
  let details: [DecisionDetail: DetailTable]
  /// Why each decision was made, for strategies that say so.
  let events: [TriggerEvent]
  /// Shares of the portfolio's variance by asset `[D, N]`, by the covariance of each decision's row.
  let riskContributions: Matrix
  let path: PortfolioPath
  let summary: PerformanceSummary

  /// The rows of the tested span that traded them.
  let tradeRows: [Int]

  /// Weights `[D, N]` of all decisions.
  var weights: Matrix { decisions.weights }
  /// Risk budgets `[D, N]` it aimed at, if it has any.
  var budgets: Matrix? { decisions.budgets }
  /// The rows of the panel that decided.
  var rows: [Int] { decisions.rows }

  /// The last decision on or before a row of the panel.
  func decision(at row: Int) -> Int {
    var (low, high) = (0, rows.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if rows[middle] <= row { low = middle } else { high = middle }
    }
    return low
  }

  /// Runs weights of the tested decisions through the one backtest.
  init(
    _ title: String, key: String, weights: Matrix, budgets: Matrix? = nil,
    details: [DecisionDetail: DetailTable] = [:], of problem: Problem
  ) throws {
    try self.init(
      title, key: key,
      decisions: StrategyDecisions(
        rows: Array(problem.rows[problem.tested]), weights: weights, budgets: budgets),
      details: details, of: problem)
  }

  /// Runs decisions on any rows of the tested period through the one backtest.
  ///
  /// Ratios are of the same holding periods for every strategy, those between the experiment's
  /// decisions, however often it trades itself. `covariances` are those of the rows that decided, where they
  /// are known already.
  init(
    _ title: String, key: String, decisions: StrategyDecisions,
    covariances: [Int: Matrix]? = nil, events: [TriggerEvent] = [],
    details: [DecisionDetail: DetailTable] = [:], of problem: Problem
  ) throws {
    self.title = title
    self.key = key
    self.events = events
    self.details = details
    self.decisions = decisions
    riskContributions = try Self.riskShares(
      decisions, covariances ?? problem.covariances(atRows: decisions.rows))
    let span = problem.span(of: problem.tested)
    tradeRows = decisions.rows.map { $0 + problem.experiment.execution.lag - span.firstRow }
    do {
      path = try PortfolioPath.simulate(
        assetReturns: span.assetReturns, cashReturns: span.cashReturns,
        decisionRows: tradeRows, lag: 0, weights: decisions.weights, costs: problem.costs)
    } catch { throw ExperimentError("backtest of \(title): \(error)") }
    let periods = HoldingPeriods(
      tradeRows: span.tradeRows, rowCount: span.cashReturns.count)
    summary = PerformanceSummary(
      netReturns: path.returns, cashReturns: span.cashReturns,
      dates: Array(problem.data.dates[span.rows]), boundaries: periods.boundaries,
      turnover: span.onRows(path.turnover, at: tradeRows),
      costs: span.onRows(path.costs, at: tradeRows),
      rowsPerYear: problem.experiment.data.rowsPerYear)
  }

  /// `w_i (Σw)_i / wᵀΣw`, decision by decision; 0 for a portfolio in cash.
  private static func riskShares(
    _ decisions: StrategyDecisions, _ covariances: [Int: Matrix]
  ) -> Matrix {
    let weights = decisions.weights
    let n = weights.columns
    var shares = Matrix(rows: weights.rows, columns: n)
    for (k, row) in decisions.rows.enumerated() {
      guard let covariance = covariances[row] else {
        fatalError("StrategyResult: no covariance of row \(row), which decided")
      }
      let own = RiskDecomposition.byAsset(
        weights: Array(weights.row(k)), covariance: covariance)
      for i in 0..<n where !own[i].isNaN { shares[k, i] = own[i] }
    }
    return shares
  }
}
