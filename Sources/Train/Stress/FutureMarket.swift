internal import Autodiff
internal import Finance

/// What happens after the last row of some data: rows of returns that never were, or were at another time.
struct FutureMarket: Sendable {
  /// Simple returns `[R, N]`.
  let returns: Matrix
  /// Simple returns of cash `[R]`.
  let cash: [Double]
  /// What is known of the indicators on each row `[R, M]`; nil keeps their last values.
  var indicators: Matrix?

  /// The end of some data with this future behind it: `tail` rows of the past, then the future on weekdays.
  func appended(to data: MarketData, tail: Int) -> MarketData {
    let (n, m) = (data.assets.count, data.indicatorNames.count)
    let last = data.dates.count - 1
    let first = max(0, last + 1 - tail)
    let past = last - first + 1
    let rows = returns.rows
    var prices = Array(data.prices.elements[(first * n)...])
    var levels =
      data.cashLevels.map { Array($0[first...]) } ?? [Double](repeating: 100, count: past)
    var known = Array(data.indicators.elements[(first * m)...])
    for t in 0..<rows {
      for i in 0..<n { prices.append(prices[prices.count - n] * (1 + returns[t, i])) }
      levels.append(levels[levels.count - 1] * (1 + cash[t]))
      for j in 0..<m {
        let given = indicators.map { $0[t, j] } ?? .nan
        known.append(given.isNaN ? known[known.count - m] : given)
      }
    }
    return MarketData(
      dates: Array(data.dates[first...])
        + CalendarDate.weekdays(from: data.dates[last].advanced(by: 1), count: rows),
      assets: data.assets, prices: Matrix(rows: past + rows, columns: n, elements: prices),
      cashLevels: levels, indicatorNames: data.indicatorNames,
      indicators: Matrix(rows: past + rows, columns: m, elements: known))
  }
}

/// What a strategy made of a future.
struct FutureOutcome: Sendable, Equatable {
  /// The value after each period of the experiment, from 1.
  let wealth: [Double]
  /// The largest loss from a peak, compounded, by row.
  let drawdown: Double
  /// The annual volatility of rows.
  let volatility: Double
  /// `Σ|Δw|` over the whole future, the first purchase left out.
  let turnover: Double

  /// From net returns by row and the turnover of each decision.
  init(returns: [Double], turnover: [Double], every: Int, rowsPerYear: Double) {
    let values = Measures.netAssetValue(returns)
    wealth = [1] + stride(from: every - 1, to: values.count, by: every).map { values[$0] }
    drawdown = Measures.maximumDrawdown(returns, .compounded)
    volatility = Measures.annualVolatility(returns, periodsPerYear: rowsPerYear)
    self.turnover = turnover.dropFirst().reduce(0, +)
  }
}

extension FrozenEnsemble {
  /// The strategies that are followed into a future, the model first.
  static let futureStrategies = ["model", "risk parity", "equal weight"]

  /// Follows the last fold's networks, risk parity and equal weight from the last row of the run's data
  /// through a future; each starts fully invested, without a first cost.
  func follow(_ future: FutureMarket) throws -> [FutureOutcome] {
    let experiment = problem.experiment
    let (every, lag) = (experiment.decisions.every, experiment.execution.lag)
    guard let members = folds.last else { fatalError("FrozenEnsemble: no folds") }
    let builder = FeatureBuilder(
      assetFeatures: experiment.features.asset, marketFeatures: experiment.features.market)
    let needed =
      max(
        builder.requiredRows, experiment.covariance.value.requiredRows,
        experiment.model.requiredRows) + history * every + 1
    let data = future.appended(to: problem.data, tail: needed)
    let today = data.dates.count - future.returns.rows - 1
    let lastDecision = data.dates.count - 1 - lag
    let rows = Array(stride(from: today - history * every, through: lastDecision, by: every))
    let shifted = try Problem(experiment, data: data, deciding: rows)
    let decisions = history..<rows.count
    let model = try decide(decisions, of: shifted, by: members).weights
    let references = try Self.references(decisions, of: shifted)
    let n = problem.assetCount
    let first = today + 1
    return try [model, references.riskParity, references.equalWeight].map { weights in
      // The first decision is held from today's close on, the next ones are traded with their lag.
      let trades = decisions.map { $0 == history ? 0 : rows[$0] + lag - today }
      let span = data.dates.count - first
      let path: PortfolioPath
      do {
        path = try PortfolioPath.simulate(
          assetReturns: Matrix(
            rows: span + 1, columns: n,
            elements: [Double](repeating: 0, count: n) + data.returns.elements[(first * n)...]),
          cashReturns: [0] + data.cashReturns[first...], decisionRows: trades, lag: 0,
          weights: weights, costs: problem.costs)
      } catch { throw ExperimentError("stress test: \(error)") }
      // The row of the first purchase is today's: it earns nothing and its cost is not the future's.
      return FutureOutcome(
        returns: Array(path.returns.dropFirst()), turnover: path.turnover, every: every,
        rowsPerYear: experiment.data.rowsPerYear)
    }
  }
}
