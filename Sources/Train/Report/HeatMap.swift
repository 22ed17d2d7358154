internal import Autodiff

/// Numbers in a grid, shaded by their size: monthly returns by year, attention between assets.
public struct HeatMap: Sendable {
  /// What the shades tell apart.
  public enum Shading: Sendable {
    /// Gains from losses: two colours that meet at zero.
    case diverging
    /// Much from little: one colour, from zero.
    case sequential
  }

  /// The title.
  public var title: String
  /// What the cells show, with the unit.
  public var axisTitle: String
  /// How values are shown.
  public var format: ValueFormat
  /// What the shades tell apart.
  public var shading: Shading
  /// The magnitude that has the full shade; nil takes the largest one.
  public var scale: Double?
  /// The names of the rows.
  public var rows: [String]
  /// The names of the columns.
  public var columns: [String]
  /// What stands above the columns where that is less than their names: years above dates.
  public var headers: [String]
  /// `[rows][columns]`; NaN leaves a cell empty.
  public var values: [[Double]]
  /// Columns after this one are set apart and not shaded: totals.
  public var shadedColumns: Int
  /// A remark beneath.
  public var note: String

  /// A grid; every row must have one value per column.
  public init(
    _ title: String, axisTitle: String, format: ValueFormat, shading: Shading,
    scale: Double? = nil, rows: [String], columns: [String], headers: [String]? = nil,
    values: [[Double]], shadedColumns: Int? = nil, note: String = ""
  ) {
    check(
      headers?.count ?? columns.count == columns.count,
      "map '\(title)': \(headers?.count ?? 0) headers of \(columns.count) columns")
    check(values.count == rows.count, "map '\(title)': \(values.count) rows of \(rows.count)")
    for row in values {
      check(
        row.count == columns.count, "map '\(title)': \(row.count) cells in \(columns.count) columns"
      )
    }
    self.title = title
    self.axisTitle = axisTitle
    self.format = format
    self.shading = shading
    self.scale = scale
    self.rows = rows
    self.columns = columns
    self.headers = headers ?? columns
    self.values = values
    self.shadedColumns = shadedColumns ?? columns.count
    self.note = note
  }
}
