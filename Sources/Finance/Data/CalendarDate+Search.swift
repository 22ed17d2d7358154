extension [CalendarDate] {
  /// The rows of an ascending calendar between two dates, both included; nil means no limit.
  public func rows(from start: CalendarDate?, through end: CalendarDate?) -> Range<Int> {
    let lower = start.map { start in partition { $0 < start } } ?? 0
    let upper = end.map { end in partition { $0 <= end } } ?? count
    return lower..<Swift.max(lower, upper)
  }

  /// The last row of an ascending calendar on or before a date, or nil if the calendar starts later.
  public func lastRow(onOrBefore date: CalendarDate) -> Int? {
    let after = partition { $0 <= date }
    return after == 0 ? nil : after - 1
  }

  /// The number of leading dates for which `isBefore` holds, by bisection.
  private func partition(_ isBefore: (CalendarDate) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
