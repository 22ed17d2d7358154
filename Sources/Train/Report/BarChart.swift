/// Named quantities as horizontal bars from zero: importance of features, exposures, contributions.
public struct BarChart: Sendable {
  /// One bar.
  public struct Bar: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The length, to the left when negative; NaN shows as a dash.
    public var value: Double
    /// The half-width of an interval around the value, drawn as a line; nil for what is exact.
    public var margin: Double?

    /// A bar.
    public init(_ name: String, _ value: Double, margin: Double? = nil) {
      self.name = name
      self.value = value
      self.margin = margin
    }
  }

  /// The title.
  public var title: String
  /// What the bars measure, with the unit.
  public var axisTitle: String
  /// How values are shown.
  public var format: ValueFormat
  /// The bars from the top down.
  public var bars: [Bar]
  /// A remark beneath.
  public var note: String

  /// A chart.
  public init(
    _ title: String, axisTitle: String, format: ValueFormat = .number(digits: 2), bars: [Bar],
    note: String = ""
  ) {
    self.title = title
    self.axisTitle = axisTitle
    self.format = format
    self.bars = bars
    self.note = note
  }
}
