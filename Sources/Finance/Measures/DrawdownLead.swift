internal import Autodiff

/// How long before the bottom of a fall a strategy had cut its risk in what fell.
///
/// Between the peak and the trough of a price within some rows, the first decision at which the risk
/// contribution of that asset class is at least 20 % below its median over the year before the peak;
/// the lead is the days from that decision to the trough. Without such a decision there is none.
public struct DrawdownLead: Sendable, Hashable {
  /// A contribution so far below its median counts as a cut.
  public static let reduction = 0.2
  /// The year before the peak, in days.
  public static let lookBack = 365

  /// The largest fall of a level within some rows: `[peak, trough]`, or nil where it never falls.
  ///
  /// The first of several equal ones.
  public static func fall(
    of levels: [Double], in rows: Range<Int>
  ) -> (peak: Int, trough: Int, drawdown: Double)? {
    check(
      rows.lowerBound >= 0 && rows.upperBound <= levels.count,
      "DrawdownLead: rows \(rows) of \(levels.count)")
    guard var high = rows.first else { return nil }
    var worst: (peak: Int, trough: Int, drawdown: Double)?
    for row in rows {
      if levels[row] > levels[high] { high = row }
      let drawdown = 1 - levels[row] / levels[high]
      if drawdown > worst?.drawdown ?? 0 { worst = (high, row, drawdown) }
    }
    return worst
  }

  /// The lead in days of a strategy whose contribution is known at some ascending dates.
  ///
  /// nil where it never was cut, or where nothing is known of the year before the peak.
  public static func days(
    contributions: [Double], at dates: [CalendarDate], peak: CalendarDate, trough: CalendarDate
  ) -> Int? {
    check(
      contributions.count == dates.count,
      "DrawdownLead: \(contributions.count) contributions on \(dates.count) dates")
    let before = dates.rows(from: peak.advanced(by: -lookBack), through: peak.advanced(by: -1))
    guard !before.isEmpty else { return nil }
    let limit = (1 - reduction) * Measures.median(Array(contributions[before]))
    for index in dates.rows(from: peak, through: trough) where contributions[index] <= limit {
      return trough.days - dates[index].days
    }
    return nil
  }
}
