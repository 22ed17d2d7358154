/// A stretch of market history that strained portfolios.
public struct StressWindow: Sendable, Hashable {
  /// What it is called: `Financial crisis`.
  public let name: String
  /// The first day.
  public let first: CalendarDate
  /// The last day, included.
  public let last: CalendarDate

  /// A window.
  public init(_ name: String, from first: CalendarDate, through last: CalendarDate) {
    self.name = name
    self.first = first
    self.last = last
  }

  /// The windows that reports look at, as far as the data cover them.
  ///
  /// Whole months around the peak and the trough of the S&P 500, or of Treasuries in 1994, 2013 and
  /// 2022; chosen before any result was seen.
  public static let history: [StressWindow] = [
    window("Gulf war 1990", (1990, 7), (1990, 12)),
    window("Bond crash 1994", (1994, 1), (1994, 12)),
    window("Russia and LTCM 1998", (1998, 7), (1998, 12)),
    window("Dot-com bust 2000–02", (2000, 3), (2002, 10)),
    window("Financial crisis 2007–09", (2007, 10), (2009, 3)),
    window("Flash crash 2010", (2010, 4), (2010, 8)),
    window("Euro and US downgrade 2011", (2011, 4), (2011, 10)),
    window("Taper tantrum 2013", (2013, 5), (2013, 9)),
    window("China and oil 2015–16", (2015, 5), (2016, 2)),
    window("Pandemic 2020", (2020, 2), (2020, 4)),
    window("Stocks and bonds fall 2022", (2022, 1), (2022, 10)),
  ]

  private static func window(
    _ name: String, _ first: (year: Int, month: Int), _ last: (year: Int, month: Int)
  ) -> StressWindow {
    let next = last.month == 12 ? (last.year + 1, 1) : (last.year, last.month + 1)
    guard let start = CalendarDate(year: first.year, month: first.month, day: 1),
      let end = CalendarDate(year: next.0, month: next.1, day: 1)
    else { fatalError("StressWindow: \(name) has no such months") }
    return StressWindow(name, from: start, through: end.advanced(by: -1))
  }
}
