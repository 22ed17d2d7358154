internal import Finance

/// What followed some decisions, over the rows that their portfolios earn: the targets of forecasts.
struct RealizedReturns: Sendable {
  /// The rows of a holding period; H.
  let horizon: Int
  /// Mean squares of the returns `[D, N]`, per row.
  let variances: [Double]
  /// Every return `[D, N, H]`.
  let returns: [Double]
  /// Mean returns in excess of cash `[D, N]`, per row.
  let excess: [Double]

  init(_ decisions: Range<Int>, of problem: Problem) {
    let (data, lag) = (problem.data, problem.experiment.execution.lag)
    let horizon = problem.experiment.decisions.every
    let rows = decisions.map { problem.rows[$0] }
    self.horizon = horizon
    variances = RealizedVariance.targets(
      returns: data.returns, decisions: rows, lag: lag, horizon: horizon)
    var (returns, excess): ([Double], [Double]) = ([], [])
    for row in rows {
      let earned = row + lag + 1..<row + lag + 1 + horizon
      for asset in 0..<problem.assetCount {
        returns += earned.map { data.returns[$0, asset] }
        let sum = earned.reduce(0) { $0 + data.returns[$1, asset] - data.cashReturns[$1] }
        excess.append(sum / Double(horizon))
      }
    }
    self.returns = returns
    self.excess = excess
  }
}
