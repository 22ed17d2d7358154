internal import Autodiff

/// The row of a performance table: one strategy over one period, net of costs.
///
/// - Units: fractions (0.08 = 8 %), per year where said. The year has `rowsPerYear` rows.
/// - Sharpe, Sortino and volatility come from *holding-period* returns: daily ones, compounded from
///   one trade to the next. Their year has `rowsPerYear · K / (rows in the K periods)` periods (50.4
///   for a trade every five rows). Drawdowns come from the daily compounded net asset value.
/// - Edge cases: as in ``Measures``, NaN where a figure is not defined.
public struct PerformanceSummary: Sendable {
  /// The dates of the first and the last return; nil of nothing.
  public let period: ClosedRange<CalendarDate>?
  /// The number of daily returns.
  public let rows: Int
  /// The number of holding periods.
  public let holdingPeriods: Int
  /// The geometric return per year of daily net returns.
  public let annualReturn: Double
  /// The geometric return per year of cash.
  public let annualCashReturn: Double
  /// The annualised standard deviation of holding-period net returns.
  public let annualVolatility: Double
  /// The annualised Sharpe ratio of holding-period net returns in excess of cash.
  public let sharpeRatio: Double
  /// The annualised Sharpe ratio of holding-period net returns, cash not subtracted.
  public let rawSharpeRatio: Double
  /// The annualised Sortino ratio of holding-period net returns in excess of cash, target 0.
  public let sortinoRatio: Double
  /// The maximum drawdown of the daily compounded net asset value.
  public let maximumDrawdown: Double
  /// The mean of the worst 5 % of the daily drawdowns, compounded (CDaR 95 %).
  public let conditionalDrawdown95: Double
  /// The annual return over the maximum drawdown.
  public let calmarRatio: Double
  /// `Σ |Δw|` per year, both sides: 1 = the portfolio's value bought or sold once.
  public let turnoverPerYear: Double
  /// Costs per year as a fraction of the portfolio's value.
  public let costPerYear: Double
  /// The lowest compounded return of a calendar month; NaN of nothing.
  public let worstMonth: Double

  /// The figures of daily series of equal length.
  ///
  /// `netReturns` are after costs and `cashReturns` the risk-free ones, simple and per row; `turnover`
  /// and `costs` hold 0 on rows without a trade. Holding period k is the rows
  /// `boundaries[k] ..< boundaries[k + 1]`; rows outside of all periods count for the daily figures.
  public init(
    netReturns: [Double], cashReturns: [Double], dates: [CalendarDate], boundaries: [Int],
    turnover: [Double], costs: [Double], rowsPerYear: Double = 252
  ) {
    let rows = netReturns.count
    check(
      cashReturns.count == rows && dates.count == rows && turnover.count == rows
        && costs.count == rows,
      "PerformanceSummary: \(rows) returns, \(cashReturns.count) cash returns, \(dates.count) dates, "
        + "\(turnover.count) turnovers, \(costs.count) costs")
    let held = Measures.compounded(netReturns, boundaries: boundaries)
    let cash = Measures.compounded(cashReturns, boundaries: boundaries)
    let excess = zip(held, cash).map { $0 - $1 }
    let covered = (boundaries.last ?? 0) - (boundaries.first ?? 0)
    let periodsPerYear = rowsPerYear * Double(held.count) / Double(covered)

    if let first = dates.first, let last = dates.last {
      period = first...last
    } else {
      period = nil
    }
    self.rows = rows
    holdingPeriods = held.count
    annualReturn = Measures.annualReturn(netReturns, periodsPerYear: rowsPerYear)
    annualCashReturn = Measures.annualReturn(cashReturns, periodsPerYear: rowsPerYear)
    annualVolatility = Measures.annualVolatility(held, periodsPerYear: periodsPerYear)
    sharpeRatio = Measures.sharpeRatio(excess, periodsPerYear: periodsPerYear)
    rawSharpeRatio = Measures.sharpeRatio(held, periodsPerYear: periodsPerYear)
    sortinoRatio = Measures.sortinoRatio(excess, periodsPerYear: periodsPerYear)
    maximumDrawdown = Measures.maximumDrawdown(netReturns, .compounded)
    conditionalDrawdown95 = Measures.conditionalDrawdownAtRisk(netReturns, level: 0.95, .compounded)
    calmarRatio = Measures.calmarRatio(netReturns, periodsPerYear: rowsPerYear)
    turnoverPerYear = Measures.perYear(turnover, periodsPerYear: rowsPerYear)
    costPerYear = Measures.perYear(costs, periodsPerYear: rowsPerYear)
    worstMonth = Measures.worstMonth(netReturns, dates: dates)?.return ?? .nan
  }
}
