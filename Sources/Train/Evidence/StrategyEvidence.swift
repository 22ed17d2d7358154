internal import Autodiff
internal import Finance

/// What a strategy's figures are worth: intervals, tests and costs that qualify its Sharpe ratio.
struct StrategyEvidence: Sendable {
  /// The 95 % interval of the annual Sharpe ratio, by its standard error under any skewness and
  /// kurtosis.
  let sharpeInterval: ClosedRange<Double>?
  /// The probability that the Sharpe ratio is more than the best of the trials' luck.
  let deflatedSharpe: Double
  /// The cost, as a fraction of the traded value, at which it is no better than equal weight; NaN
  /// where there is nothing to compare.
  let breakEvenCost: Double
  /// Two-sided p-values of "the same Sharpe ratio as" each reference, NaN against itself.
  let againstEqualWeight: Double
  let againstRiskParity: Double
  /// The standard error of the difference to risk parity's annual Sharpe ratio, NaN for itself.
  let differenceError: Double
}

/// Holding-period returns of a strategy, all on the model's periods so that they pair.
struct PeriodReturns: Sendable {
  /// Net returns in excess of cash.
  let excess: [Double]
  /// The same before costs.
  let gross: [Double]
  /// What was traded in each period, both sides counted.
  let turnover: [Double]
  /// What that cost, as a share of the portfolio's value.
  let costs: [Double]

  init(_ strategy: StrategyResult, of problem: Problem) {
    let span = problem.span(of: problem.tested)
    let periods = HoldingPeriods(tradeRows: span.tradeRows, rowCount: span.cashReturns.count)
    let cash = periods.compound(span.cashReturns)
    func compound(_ returns: [Double]) -> [Double] {
      zip(periods.compound(returns), cash).map { $0 - $1 }
    }
    let costs = span.onRows(strategy.path.costs, at: strategy.tradeRows)
    excess = compound(strategy.path.returns)
    gross = compound(zip(strategy.path.returns, costs).map { $0 + $1 })
    let traded = span.onRows(strategy.path.turnover, at: strategy.tradeRows)
    func sum(_ values: [Double]) -> [Double] {
      zip(periods.boundaries, periods.boundaries.dropFirst()).map { start, end in
        values[start..<end].reduce(0, +)
      }
    }
    turnover = sum(traded)
    self.costs = sum(costs)
  }
}

extension StrategyEvidence {
  /// Draws of the bootstrap behind each p-value.
  static let resamples = 1999

  /// Compares a strategy with equal weight and risk parity, where the run has them.
  init(
    _ returns: PeriodReturns, equalWeight: PeriodReturns?, riskParity: PeriodReturns?, trials: Int,
    periodsPerYear: Double, generator: SplitMix64
  ) {
    let year = periodsPerYear.squareRoot()
    let statistics = SharpeStatistics(returns: returns.excess)
    let (sharpe, error) = (statistics.sharpe, statistics.standardError)
    sharpeInterval =
      sharpe.isFinite && error.isFinite
      ? (sharpe - 1.959964 * error) * year...(sharpe + 1.959964 * error) * year : nil
    // The trials' Sharpe ratios are not known: worthless ones scatter by the sampling error.
    let chance = SharpeStatistics(sharpe: 0, count: returns.excess.count).standardError
    deflatedSharpe = statistics.deflated(trials: trials, variance: chance * chance)
    breakEvenCost =
      equalWeight.map {
        Measures.breakEvenCost(
          gross: returns.gross, turnover: returns.turnover, otherGross: $0.gross,
          otherTurnover: $0.turnover)
      } ?? .nan
    func difference(_ other: PeriodReturns?) -> SharpeDifference? {
      guard let other, other.excess != returns.excess, returns.excess.count >= 8 else { return nil }
      return SharpeDifference(returns.excess, other.excess)
    }
    againstEqualWeight =
      difference(equalWeight)?.bootstrapPValue(
        resamples: Self.resamples, generator: generator.split("equal weight")) ?? .nan
    let parity = difference(riskParity)
    againstRiskParity =
      parity?.bootstrapPValue(
        resamples: Self.resamples, generator: generator.split("risk parity")) ?? .nan
    differenceError = parity.map { $0.standardError * year } ?? .nan
  }
}
