internal import Autodiff

extension Measures {
  /// The annualised information ratio: mean over standard deviation of the active returns
  /// `r − benchmark`, times √A.
  ///
  /// NaN where the active returns do not vary.
  ///
  /// - Source: Grinold & Kahn (2000), *Active Portfolio Management*, ch. 5.
  public static func informationRatio(
    _ returns: [Double], benchmark: [Double], periodsPerYear: Double
  ) -> Double {
    check(
      returns.count == benchmark.count,
      "informationRatio: \(returns.count) returns, \(benchmark.count) of the benchmark")
    return sharpeRatio(zip(returns, benchmark).map { $0 - $1 }, periodsPerYear: periodsPerYear)
  }

  /// The share of returns above a threshold; NaN of nothing.
  public static func hitRate(_ returns: [Double], above threshold: Double = 0) -> Double {
    Double(returns.filter { $0 > threshold }.count) / Double(returns.count)
  }

  /// The up capture: the geometric mean return in the periods in which the benchmark gains, over the
  /// benchmark's.
  ///
  /// 1.1: a tenth more than the benchmark when it rises. NaN without such periods.
  public static func upCapture(_ returns: [Double], benchmark: [Double]) -> Double {
    capture(returns, benchmark) { $0 > 0 }
  }

  /// The down capture: the same in the periods in which the benchmark loses; smaller is better.
  public static func downCapture(_ returns: [Double], benchmark: [Double]) -> Double {
    capture(returns, benchmark) { $0 < 0 }
  }

  private static func capture(
    _ returns: [Double], _ benchmark: [Double], _ chosen: (Double) -> Bool
  ) -> Double {
    check(
      returns.count == benchmark.count,
      "capture: \(returns.count) returns, \(benchmark.count) of the benchmark")
    let rows = benchmark.indices.filter { chosen(benchmark[$0]) }
    let own = annualReturn(rows.map { returns[$0] }, periodsPerYear: 1)
    return own / annualReturn(rows.map { benchmark[$0] }, periodsPerYear: 1)
  }

  /// The compounded return of each calendar month, incomplete ones at both ends as they are.
  public static func monthlyReturns(
    _ returns: [Double], dates: [CalendarDate]
  ) -> [(year: Int, month: Int, return: Double)] {
    check(
      returns.count == dates.count,
      "monthlyReturns: \(returns.count) returns, \(dates.count) dates")
    var months: [(year: Int, month: Int, return: Double)] = []
    var growth = 1.0
    for (t, date) in dates.enumerated() {
      let (year, month, _) = date.components
      if let last = months.last, last.month == month, last.year == year {
        growth *= 1 + returns[t]
        months[months.count - 1].return = growth - 1
      } else {
        growth = 1 + returns[t]
        months.append((year, month, growth - 1))
      }
    }
    return months
  }

  /// The mean return in the calendar months in which the benchmark returned less than `threshold`, and
  /// their number: how a strategy fares when it matters.
  ///
  /// NaN and 0 where there is no such month. The usual threshold is −5 %.
  public static func meanReturnInBadMonths(
    _ returns: [Double], benchmark: [Double], dates: [CalendarDate], threshold: Double = -0.05
  ) -> (mean: Double, months: Int) {
    let own = monthlyReturns(returns, dates: dates)
    let other = monthlyReturns(benchmark, dates: dates)
    let bad = zip(own, other).filter { $0.1.return < threshold }.map { $0.0.return }
    return (mean(bad), bad.count)
  }
}
