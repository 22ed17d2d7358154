internal import Finance

/// One strategy through the backtest: what it decided and what it earned.
struct StrategyResult: Sendable {
  /// The name in reports.
  let title: String
  /// The name in files.
  let key: String
  /// Weights `[D, N]` of all tested decisions.
  let weights: Matrix
  /// Risk budgets `[D, N]` it aimed at, if it has any.
  let budgets: Matrix?
  /// What the model's blocks say beside, by decision.
  let details: [DecisionDetail: DetailTable]
  /// Shares of the portfolio's variance by asset `[D, N]`, by the covariance of each decision.
  let riskContributions: Matrix
  let path: PortfolioPath
  let summary: PerformanceSummary

  /// Runs weights through the one backtest.
  init(
    _ title: String, key: String, weights: Matrix, budgets: Matrix? = nil,
    details: [DecisionDetail: DetailTable] = [:], of problem: Problem
  ) throws {
    self.title = title
    self.key = key
    self.weights = weights
    self.budgets = budgets
    self.details = details
    let tested = problem.tested
    riskContributions = Self.riskShares(weights, of: problem)
    let span = problem.span(of: tested)
    do {
      path = try PortfolioPath.simulate(
        assetReturns: span.assetReturns, cashReturns: span.cashReturns,
        decisionRows: span.tradeRows, lag: 0, weights: weights, costs: problem.costs)
    } catch { throw ExperimentError("backtest of \(title): \(error)") }
    let periods = HoldingPeriods(
      tradeRows: span.tradeRows, rowCount: span.cashReturns.count)
    summary = PerformanceSummary(
      netReturns: path.returns, cashReturns: span.cashReturns,
      dates: Array(problem.data.dates[span.rows]), boundaries: periods.boundaries,
      turnover: span.onRows(path.turnover), costs: span.onRows(path.costs),
      rowsPerYear: problem.experiment.data.rowsPerYear)
  }

  /// `w_i (Σw)_i / wᵀΣw`, decision by decision.
  private static func riskShares(_ weights: Matrix, of problem: Problem) -> Matrix {
    let n = problem.assetCount
    var shares = Matrix(rows: weights.rows, columns: n)
    for (row, decision) in problem.tested.enumerated() {
      let start = decision * n * n
      var variance = 0.0
      for i in 0..<n {
        var marginal = 0.0
        for j in 0..<n { marginal += problem.covariances[start + i * n + j] * weights[row, j] }
        shares[row, i] = weights[row, i] * marginal
        variance += shares[row, i]
      }
      for i in 0..<n { shares[row, i] /= variance }
    }
    return shares
  }
}
