/// What a user states about a CSV file; whatever is nil is inferred, and said.
///
/// An empty format reads what people's spreadsheets and data vendors write. What a file leaves open
/// (whether 01/02/03 is in January, February or 2001) is refused, with the name of the option that
/// settles it.
public struct CSVFormat: Sendable, Hashable {
  /// What stands between two cells.
  public enum Separator: String, Sendable, CaseIterable {
    case comma
    case semicolon
    case tab

    var byte: UInt8 {
      switch self {
      case .comma: UInt8(ascii: ",")
      case .semicolon: UInt8(ascii: ";")
      case .tab: UInt8(ascii: "\t")
      }
    }
  }

  /// What stands before the fraction of a number; the other of the two may group thousands.
  public enum DecimalMark: String, Sendable, CaseIterable {
    case point
    case comma

    var byte: UInt8 { self == .point ? UInt8(ascii: ".") : UInt8(ascii: ",") }
    var grouping: UInt8 { self == .point ? UInt8(ascii: ",") : UInt8(ascii: ".") }
  }

  /// The order of the three numbers of a date.
  ///
  /// A year of four digits in front is `year-month-day` whatever is stated, and so are eight digits
  /// without separators. Years of two digits are 1969 to 2068 (POSIX).
  public enum DateOrder: String, Sendable, CaseIterable {
    case yearMonthDay = "year-month-day"
    case monthDayYear = "month-day-year"
    case dayMonthYear = "day-month-year"
  }

  /// How a table lies in the file.
  public enum Layout: String, Sendable, CaseIterable {
    /// One row per date, one column per series.
    case wide
    /// One row per date and series: a date, a name and a value.
    case long
  }

  /// What stands between two cells.
  public var separator: Separator?
  /// What stands before the fraction of a number.
  public var decimal: DecimalMark?
  /// The order of the three numbers of a date.
  public var dates: DateOrder?
  /// How the table lies in the file.
  public var layout: Layout?
  /// The line, counted from 1, that holds the column names.
  public var headerLine: Int?
  /// The column of dates.
  public var dateColumn: String?
  /// The column of the series' names in a long file.
  public var nameColumn: String?
  /// The column of the numbers in a long file.
  public var valueColumn: String?
  /// Columns that are not read.
  public var ignored: [String]

  /// A format of what is known.
  public init(
    separator: Separator? = nil, decimal: DecimalMark? = nil, dates: DateOrder? = nil,
    layout: Layout? = nil, headerLine: Int? = nil, dateColumn: String? = nil,
    nameColumn: String? = nil, valueColumn: String? = nil, ignored: [String] = []
  ) {
    self.separator = separator
    self.decimal = decimal
    self.dates = dates
    self.layout = layout
    self.headerLine = headerLine
    self.dateColumn = dateColumn
    self.nameColumn = nameColumn
    self.valueColumn = valueColumn
    self.ignored = ignored
  }

  /// How to state an option: by the experiment's config, or on a command line.
  static func remedy(_ option: String, _ values: String...) -> String {
    let alternatives = values.map { "\"\($0)\"" }.joined(separator: " or ")
    return "state it: data.csv.\(option) = \(alternatives) in the config, "
      + "--csv \(option)=… on the command line"
  }
}
