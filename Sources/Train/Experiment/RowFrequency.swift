internal import Finance

/// How many rows of market data a year has, beside what the config says: annual figures are wrong by
/// the root of the ratio, silently.
struct RowFrequency {
  /// Rows per year of 365.25 days.
  let observed: Double
  private let period: String

  /// Of dates in ascending order; nil for less than a year, which tells too little.
  init?(_ dates: [CalendarDate]) {
    guard let first = dates.first, let last = dates.last, last.days - first.days >= 365 else {
      return nil
    }
    observed = Double(dates.count - 1) / (Double(last.days - first.days) / 365.25)
    period = "\(first) to \(last)"
  }

  /// The number that a config should say: a usual one where it is near.
  var suggestion: Int {
    let usual = [12.0, 52, 252, 365].first { max(observed / $0, $0 / observed) < 1.1 }
    return max(1, Int((usual ?? observed).rounded()))
  }

  /// A note where the two differ by more than holidays.
  ///
  /// Throws an ``ExperimentError`` where they differ by more than a factor of two, unless a `run` is read, which
  /// was made with them.
  func notes(rowsPerYear: Double, ofRun isRun: Bool = false) throws -> [String] {
    let ratio = max(observed / rowsPerYear, rowsPerYear / observed)
    guard ratio > 1.2 else { return [] }
    func text(_ rows: Double) -> String { NumberText.fixed(rows, digits: rows < 10 ? 1 : 0) }
    let fault =
      "data.rowsPerYear is \(text(rowsPerYear)), but the rows of \(period) are "
      + "\(text(observed)) a year"
    guard ratio <= 2 || isRun else {
      throw ExperimentError("\(fault); expected about that many: set it to \(suggestion)")
    }
    return ["\(fault); is it meant to be \(suggestion)?"]
  }
}
