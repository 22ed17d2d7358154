internal import Autodiff

/// Pure functions of series of returns: what a performance table is made of.
///
/// - Units: returns are simple, per period (0.01 = 1 %). Annual figures multiply by `periodsPerYear`
///   or its root. Losses and drawdowns are positive numbers.
/// - Edge cases: what is not defined (too few observations, a ratio over a risk of zero) is NaN,
///   never a crash and never a large number that means nothing.
public enum Measures {
  /// The arithmetic mean; NaN of nothing.
  public static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// The sample standard deviation, divisor n − 1; NaN for fewer than two values.
  ///
  /// Exactly 0 if all values are equal.
  public static func standardDeviation(_ values: [Double]) -> Double {
    guard values.count >= 2 else { return .nan }
    if values.allSatisfy({ $0 == values[0] }) { return 0 }
    let mean = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  /// The net asset value after each period, from 1: `Π (1 + r)`.
  public static func netAssetValue(_ returns: [Double]) -> [Double] {
    var value = 1.0
    return returns.map { r in
      value *= 1 + r
      return value
    }
  }

  /// The compounded return of each period: `Π (1 + r) − 1` over the rows between two boundaries.
  ///
  /// `boundaries` ascend strictly; period k is the rows `boundaries[k] ..< boundaries[k + 1]`.
  public static func compounded(_ returns: [Double], boundaries: [Int]) -> [Double] {
    for (start, end) in zip(boundaries, boundaries.dropFirst()) {
      check(
        start >= 0 && start < end && end <= returns.count,
        "compounded: period \(start)..<\(end) of \(returns.count) rows")
    }
    return zip(boundaries, boundaries.dropFirst()).map { start, end in
      returns[start..<end].reduce(1) { $0 * (1 + $1) } - 1
    }
  }

  /// The calendar month with the lowest compounded return, or nil of nothing.
  ///
  /// Incomplete months at both ends count as they are.
  public static func worstMonth(
    _ returns: [Double], dates: [CalendarDate]
  ) -> (year: Int, month: Int, return: Double)? {
    check(
      returns.count == dates.count, "worstMonth: \(returns.count) returns, \(dates.count) dates")
    var worst: (year: Int, month: Int, return: Double)?
    var start = 0
    while start < dates.count {
      let (year, month, _) = dates[start].components
      var end = start
      var growth = 1.0
      while end < dates.count, dates[end].month == month, dates[end].year == year {
        growth *= 1 + returns[end]
        end += 1
      }
      if growth - 1 < worst?.return ?? .infinity { worst = (year, month, growth - 1) }
      start = end
    }
    return worst
  }
}
