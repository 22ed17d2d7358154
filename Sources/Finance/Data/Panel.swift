internal import Autodiff

/// A table of numbers by date: what a wide CSV file holds.
///
/// Dates ascend without repetition; NaN marks a missing value.
public struct Panel: Sendable {
  /// The date of each row, strictly ascending.
  public let dates: [CalendarDate]
  /// The name of each column, unique.
  public let columns: [String]
  /// The numbers `[dates, columns]`, NaN where missing, in the units of the source.
  public let values: Matrix
  /// Where the panel comes from: a path, or a name for one made in memory.
  public let source: String
  /// The line of the source that holds row 0; nil for a panel made in memory.
  public let firstLine: Int?
  /// Lines of the source from a row to the next: 1, or −1 where it runs from new to old.
  public let lineStep: Int
  /// What was inferred or changed when the panel was read, a sentence each.
  public let notes: [String]

  /// A panel of its parts.
  ///
  /// Shapes that do not fit, dates that do not ascend and repeated names stop the program: readers
  /// of files find these before they build a panel.
  public init(
    dates: [CalendarDate], columns: [String], values: Matrix, source: String,
    firstLine: Int? = nil, lineStep: Int = 1, notes: [String] = []
  ) {
    check(
      values.rows == dates.count && values.columns == columns.count,
      "Panel: values \(values.rows) × \(values.columns) for \(dates.count) dates and "
        + "\(columns.count) columns")
    for (earlier, later) in zip(dates, dates.dropFirst()) {
      check(earlier < later, "Panel: \(later) follows \(earlier)")
    }
    check(Set(columns).count == columns.count, "Panel: repeated column in \(columns)")
    self.dates = dates
    self.columns = columns
    self.values = values
    self.source = source
    self.firstLine = firstLine
    self.lineStep = lineStep
    self.notes = notes
  }

  /// The position of a column; throws ``DataError`` with the closest name if there is none.
  public func index(of column: String) throws -> Int {
    guard let index = columns.firstIndex(of: column) else {
      throw DataError(
        file: source,
        problem: "no column '\(column)'"
          + Spelling.sentenceEnd(for: column, among: columns)
          + " Columns: \(columns.joined(separator: ", ")).")
    }
    return index
  }

  /// The line of the source that holds a row, where there is one.
  package func line(ofRow row: Int) -> Int? { firstLine.map { $0 + lineStep * row } }
}
