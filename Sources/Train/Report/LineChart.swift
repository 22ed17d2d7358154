/// Lines over time: net asset value, rolling measures, regime probabilities.
public struct LineChart: Sendable {
  /// The vertical scale.
  public enum Scale: Sendable {
    /// Equal differences are equal distances.
    case linear
    /// Equal ratios are equal distances; values that are not positive are missing.
    case logarithmic
  }

  /// The title.
  public var title: String
  /// What the vertical axis shows, with its unit: `growth of 1, net of costs`.
  public var axisTitle: String
  /// How values are shown.
  public var format: ValueFormat
  /// The vertical scale.
  public var scale: Scale
  /// Values that the vertical scale shows in any case: 0…1 for gates that are open or closed.
  public var including: ClosedRange<Double>?
  /// The lines; the model is drawn on top wherever it stands.
  public var series: [DatedSeries]
  /// A remark beneath the chart.
  public var note: String

  /// A chart.
  public init(
    _ title: String, axisTitle: String, format: ValueFormat = .number(digits: 2),
    scale: Scale = .linear, including: ClosedRange<Double>? = nil, series: [DatedSeries],
    note: String = ""
  ) {
    self.title = title
    self.axisTitle = axisTitle
    self.format = format
    self.scale = scale
    self.including = including
    self.series = series
    self.note = note
  }
}
