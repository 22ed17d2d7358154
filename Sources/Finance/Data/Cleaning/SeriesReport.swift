/// What was found in one series of prices, and what was done about it.
public struct SeriesReport: Sendable, Hashable {
  /// A return that was brought in.
  public struct Winsorised: Sendable, Hashable {
    /// The row's date.
    public let date: CalendarDate
    /// The price in the file, and the one used.
    public let from, to: Double
    /// The robust z-score of the return.
    public let score: Double
  }

  /// A stretch of equal prices.
  public struct Stale: Sendable, Hashable {
    /// The first and the last date.
    public let first, last: CalendarDate
    /// The number of rows.
    public let rows: Int
  }

  /// A price that changed like a split.
  public struct Split: Sendable, Hashable {
    /// The first date of the new price.
    public let date: CalendarDate
    /// The new price over the old one, as a ratio of small numbers, such as 1:2.
    public let ratio: String
  }

  /// The name.
  public let name: String
  /// The dates of the first and the last price used.
  public let first, last: CalendarDate
  /// The number of prices in the file.
  public let prices: Int
  /// The number of missing prices that were filled, and the longest run of them.
  public let filled, longestGap: Int
  /// Returns that were brought in; their prices are not those of the file.
  public let winsorised: [Winsorised]
  /// Stretches of equal prices; flagged, not changed.
  public let stale: [Stale]
  /// Suspected splits; flagged, not changed.
  public private(set) var splits: [Split]
  /// Dates on which the price moved far beyond its habit.
  public let jumps: [CalendarDate]

  /// The reports without suspicions that the other series speak against: where another price jumped on the
  /// same date, and not like a split, the market moved.
  static func weighed(_ reports: [SeriesReport]) -> [SeriesReport] {
    let moves = reports.map { report in
      Set(report.jumps).subtracting(report.splits.map(\.date))
    }
    return reports.indices.map { index in
      var report = reports[index]
      report.splits.removeAll { split in
        moves.indices.contains { $0 != index && moves[$0].contains(split.date) }
      }
      return report
    }
  }

  /// What there is to say, a sentence each; empty for a clean series.
  public var findings: [String] {
    var findings: [String] = []
    if filled > 0 {
      findings.append(
        "\(name): \(filled) missing \(filled == 1 ? "price is" : "prices are") filled with the last "
          + "price before\(longestGap > 1 ? ", at most \(longestGap) in a row" : "").")
    }
    if let example = winsorised.max(by: { abs($0.score) < abs($1.score) }) {
      findings.append(
        "\(name): \(winsorised.count) \(winsorised.count == 1 ? "outlier is" : "outliers are") "
          + "winsorised, the largest on \(example.date): \(example.from) became \(example.to).")
    }
    if let longest = stale.max(by: { $0.rows < $1.rows }) {
      findings.append(
        "\(name): stale prices? \(stale.count == 1 ? "once" : "\(stale.count) times") the same price "
          + "for at least \(stale.map(\.rows).min() ?? 0) rows, the longest \(longest.rows) from "
          + "\(longest.first) to \(longest.last).")
    }
    if !splits.isEmpty {
      let listed = splits.prefix(3).map { "\($0.date) (\($0.ratio))" }.joined(separator: ", ")
      findings.append(
        "\(name): \(splits.count == 1 ? "a split" : "\(splits.count) splits") suspected, "
          + "\(listed)\(splits.count > 3 ? ", …" : ""), or the price fell or rose so; are the prices adjusted?"
      )
    }
    return findings
  }
}
