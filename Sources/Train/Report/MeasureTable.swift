internal import Autodiff

/// Strategies against measures: the model first and marked, the best of each column emphasised.
public struct MeasureTable: Sendable {
  /// Which values of a measure are better.
  public enum Preference: Sendable {
    /// Higher ones.
    case higher
    /// Lower ones.
    case lower
    /// Neither; nothing is emphasised.
    case none
  }

  /// A column.
  public struct Measure: Sendable {
    /// The name; the unit of the format is added.
    public var name: String
    /// How values are shown, without the unit.
    public var format: ValueFormat
    /// Which values are better.
    public var preference: Preference
    /// What the measure is, shown when the pointer rests on the header.
    public var explanation: String

    /// A column.
    public init(
      _ name: String, _ format: ValueFormat, better preference: Preference = .none,
      explanation: String = ""
    ) {
      self.name = name
      self.format = format
      self.preference = preference
      self.explanation = explanation
    }
  }

  /// A value, by itself or with an interval.
  public struct Cell: Sendable, Equatable, ExpressibleByFloatLiteral {
    /// The value; NaN shows as a dash.
    public var value: Double
    /// A confidence interval, shown in small print.
    public var interval: ClosedRange<Double>?

    /// A value.
    public init(_ value: Double, interval: ClosedRange<Double>? = nil) {
      self.value = value
      self.interval = interval
    }

    /// A value.
    public init(floatLiteral value: Double) { self.init(value) }
  }

  /// A row.
  public struct Row: Sendable {
    /// The name of the strategy.
    public var name: String
    /// Whether it is the strategy that the report is about.
    public var isModel: Bool
    /// One cell per measure.
    public var cells: [Cell]

    /// A row.
    public init(_ name: String, isModel: Bool = false, _ cells: [Cell]) {
      self.name = name
      self.isModel = isModel
      self.cells = cells
    }
  }

  /// The title.
  public var title: String
  /// The header of the first column.
  public var rowHeader: String
  /// The columns.
  public var measures: [Measure]
  /// The rows; models are moved to the top.
  public var rows: [Row]
  /// Remarks beneath, one paragraph each.
  public var notes: [String]

  /// A table; every row must have one cell per measure.
  public init(
    _ title: String, rowHeader: String = "Strategy", measures: [Measure], rows: [Row],
    notes: [String] = []
  ) {
    for row in rows {
      check(
        row.cells.count == measures.count,
        "row '\(row.name)': \(row.cells.count) cells for \(measures.count) measures")
    }
    self.title = title
    self.rowHeader = rowHeader
    self.measures = measures
    self.rows = rows
    self.notes = notes
  }
}
