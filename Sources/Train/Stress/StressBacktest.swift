internal import Finance

/// The run's one backtest with another lag, other costs or other decision rows, over the same rows as the run.
struct StressBacktest: Sendable {
  let problem: Problem
  /// Rows from a decision to its trade.
  var lag: Int
  /// The cost of trading as a fraction, for every asset.
  var cost: Double

  init(_ problem: Problem) {
    self.problem = problem
    lag = problem.experiment.execution.lag
    cost = problem.experiment.execution.costBasisPoints * 1e-4
  }

  /// What weights decided at some rows of the panel come to; trades beyond the tested rows are left out.
  ///
  /// Ratios are of the run's own holding periods, however often is traded.
  func summary(_ weights: Matrix, decisionRows: [Int]) throws -> PerformanceSummary {
    let span = problem.span(of: problem.tested)
    let kept = decisionRows.indices.filter {
      let row = decisionRows[$0] + lag - span.firstRow
      return row >= 0 && row < span.cashReturns.count
    }
    let trades = kept.map { decisionRows[$0] + lag - span.firstRow }
    let n = problem.assetCount
    let path: PortfolioPath
    do {
      path = try PortfolioPath.simulate(
        assetReturns: span.assetReturns, cashReturns: span.cashReturns, decisionRows: trades,
        lag: 0,
        weights: Matrix(
          rows: kept.count, columns: n, elements: kept.flatMap { Array(weights.row($0)) }),
        costs: [Double](repeating: cost, count: n))
    } catch { throw ExperimentError("stress test: \(error)") }
    var (turnover, costs) = (
      [Double](repeating: 0, count: span.cashReturns.count),
      [Double](repeating: 0, count: span.cashReturns.count)
    )
    for (k, row) in trades.enumerated() {
      turnover[row] = path.turnover[k]
      costs[row] = path.costs[k]
    }
    let periods = HoldingPeriods(tradeRows: span.tradeRows, rowCount: span.cashReturns.count)
    return PerformanceSummary(
      netReturns: path.returns, cashReturns: span.cashReturns,
      dates: Array(problem.data.dates[span.rows]), boundaries: periods.boundaries,
      turnover: turnover, costs: costs, rowsPerYear: problem.experiment.data.rowsPerYear)
  }
}
