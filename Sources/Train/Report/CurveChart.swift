internal import Autodiff

/// Lines and bands over a number: a measure by the cost of trading, simulated values by week.
public struct CurveChart: Sendable {
  /// A line.
  public struct Curve: Sendable, Equatable {
    /// The name; equal names have equal colours throughout a report.
    public var name: String
    /// Increasing positions.
    public var x: [Double]
    /// One value per position; NaN interrupts the line.
    public var y: [Double]
    /// The part it plays.
    public var role: DatedSeries.Role

    /// A line; positions and values must be equally many, positions increasing.
    public init(_ name: String, x: [Double], y: [Double], role: DatedSeries.Role = .baseline) {
      check(x.count == y.count, "curve '\(name)': \(x.count) positions and \(y.count) values")
      check(zip(x, x.dropFirst()).allSatisfy { $0 < $1 }, "curve '\(name)': x does not increase")
      self.name = name
      self.x = x
      self.y = y
      self.role = role
    }
  }

  /// The area between two lines, in the colour of the curve of the same name.
  public struct Band: Sendable, Equatable {
    /// The name of the curve it belongs to.
    public var name: String
    /// Increasing positions.
    public var x: [Double]
    /// The lower edge.
    public var lower: [Double]
    /// The upper edge.
    public var upper: [Double]

    /// A band; positions and edges must be equally many.
    public init(_ name: String, x: [Double], lower: [Double], upper: [Double]) {
      check(
        x.count == lower.count && x.count == upper.count,
        "band '\(name)': \(x.count) positions, \(lower.count) and \(upper.count) edges")
      self.name = name
      self.x = x
      self.lower = lower
      self.upper = upper
    }
  }

  /// The title.
  public var title: String
  /// What the vertical axis shows, with its unit.
  public var axisTitle: String
  /// What the horizontal axis shows, with its unit.
  public var xTitle: String
  /// How values are shown.
  public var format: ValueFormat
  /// How positions are shown.
  public var xFormat: ValueFormat
  /// The lines; the model is drawn on top wherever it stands.
  public var curves: [Curve]
  /// The bands, drawn beneath the lines.
  public var bands: [Band]
  /// A remark beneath.
  public var note: String

  /// A chart.
  public init(
    _ title: String, axisTitle: String, xTitle: String, format: ValueFormat = .number(digits: 2),
    xFormat: ValueFormat = .number(digits: 0), curves: [Curve], bands: [Band] = [],
    note: String = ""
  ) {
    self.title = title
    self.axisTitle = axisTitle
    self.xTitle = xTitle
    self.format = format
    self.xFormat = xFormat
    self.curves = curves
    self.bands = bands
    self.note = note
  }
}
