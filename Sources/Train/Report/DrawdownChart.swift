/// Losses from the last peak over time, below zero.
public struct DrawdownChart: Sendable {
  /// The title.
  public var title: String
  /// What the vertical axis shows: `below the last peak, compounded`.
  public var axisTitle: String
  /// The drawdowns as fractions, never positive: −0.12 is 12 % below the peak.
  public var series: [DatedSeries]
  /// A remark beneath the chart.
  public var note: String

  /// A chart.
  public init(
    _ title: String, axisTitle: String = "below the last peak", series: [DatedSeries],
    note: String = ""
  ) {
    self.title = title
    self.axisTitle = axisTitle
    self.series = series
    self.note = note
  }
}
