public import Autodiff

/// A strategy on simulated markets: the backtest, path after path.
///
/// Each path draws daily returns, the rows a covariance and the rule need before the first decision
/// included; then the rule decides on its schedule and trades, drifts and pays as in every backtest.
/// Path k has a stream of its own, split by its number: its outcome is the same on any thread, alone or
/// after others.
public struct MonteCarlo: Sendable {
  /// Where returns come from.
  public let simulator: any MarketSimulator
  /// What decides.
  public let rule: any DecisionRule
  /// When it decides.
  public let schedule: RebalancingSchedule
  /// The covariance that it decides by.
  public let estimator: any CovarianceEstimator
  /// The rows that are measured.
  public let rows: Int
  /// The rows from a decision to its trade.
  public let lag: Int
  /// The cost of trading each asset, as a fraction of the amount traded.
  public let costs: [Double]
  /// The return of cash per row.
  public let cashReturn: Double
  /// The rows in a year.
  public let rowsPerYear: Double
  /// Rows from one entry of a path's wealth to the next: a month of days.
  public static let step = 21

  private let dates: [CalendarDate]

  /// A strategy over some rows of simulated markets.
  public init(
    simulator: any MarketSimulator, rule: any DecisionRule, schedule: RebalancingSchedule,
    estimator: any CovarianceEstimator, rows: Int, lag: Int = 1, costs: [Double],
    cashReturn: Double = 0, rowsPerYear: Double = 252, from start: CalendarDate
  ) {
    check(
      rows >= Self.step && lag >= 0 && costs.count == simulator.assets && cashReturn > -1,
      "MonteCarlo: \(rows) rows, lag \(lag), \(costs.count) costs for \(simulator.assets) assets")
    self.simulator = simulator
    self.rule = rule
    self.schedule = schedule
    self.estimator = estimator
    self.rows = rows
    self.lag = lag
    self.costs = costs
    self.cashReturn = cashReturn
    self.rowsPerYear = rowsPerYear
    let lead = max(estimator.requiredRows, rule.requiredRows)
    dates = CalendarDate.weekdays(from: start, count: lead + lag + rows)
  }

  /// The first row that decides; those before it are history.
  private var lead: Int { max(estimator.requiredRows, rule.requiredRows) }

  /// What the strategy made of path number `index`.
  ///
  /// Throws a ``RuleFailure`` or ``PortfolioPathError``, or a ``VolatilityError`` of the covariance.
  public func outcome(_ index: Int, generator: SplitMix64) throws -> MonteCarloOutcome {
    let n = simulator.assets
    let data = market(simulator.path(index, rows: dates.count - 1, generator: generator))
    let candidates = schedule.rows(in: lead..<lead + rows, of: dates)
    let covariances = try estimator.covariances(at: candidates, of: data)
    let place = Dictionary(uniqueKeysWithValues: zip(candidates, candidates.indices))
    let decisions = try RuleBacktest(rule, schedule: schedule).decisions(
      in: lead..<lead + rows, of: data, lag: lag
    ) { row in
      guard let index = place[row] else {
        fatalError("MonteCarlo: row \(row) is not one of its schedule's")
      }
      return Matrix(
        rows: n, columns: n,
        elements: Array(covariances[index * n * n..<(index + 1) * n * n]))
    }
    let first = lead + lag
    let path = try PortfolioPath.simulate(
      assetReturns: Matrix(
        rows: rows, columns: n, elements: Array(data.returns.elements[(first * n)...])),
      cashReturns: [Double](repeating: cashReturn, count: rows),
      decisionRows: decisions.rows.map { $0 - lead }, lag: 0, weights: decisions.weights,
      costs: costs)
    return MonteCarloOutcome(path, cashReturn: cashReturn, rowsPerYear: rowsPerYear)
  }

  /// Market data of simulated returns, on this simulation's calendar.
  private func market(_ returns: Matrix) -> MarketData {
    let n = returns.columns
    var prices = Matrix(rows: returns.rows + 1, columns: n, repeating: 100)
    for index in returns.elements.indices {
      prices.elements[index + n] = prices.elements[index] * (1 + returns.elements[index])
    }
    var cash = [Double](repeating: 100, count: dates.count)
    for t in 1..<cash.count { cash[t] = cash[t - 1] * (1 + cashReturn) }
    return MarketData(
      dates: dates, assets: (0..<n).map { "asset \($0)" }, prices: prices, cashLevels: cash)
  }
}
