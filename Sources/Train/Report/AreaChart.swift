internal import Autodiff

/// Parts of a whole over time, stacked: weights, risk contributions, budgets.
///
/// Negative parts are stacked downwards from zero. Beyond ``maximumLayers`` the smallest parts (by
/// mean absolute value) are drawn as one.
public struct AreaChart: Sendable {
  /// So many layers are told apart by colour; the rest is gathered in one.
  public static let maximumLayers = 10

  /// One part.
  public struct Layer: Sendable, Equatable {
    /// The name; equal names have equal colours throughout a report.
    public var name: String
    /// One value per day; NaN counts as missing for the whole stack.
    public var values: [Double]
    /// Whether it gathers what is not told apart; it is drawn in grey.
    public var isRest: Bool

    /// A part.
    public init(_ name: String, _ values: [Double], isRest: Bool = false) {
      self.name = name
      self.values = values
      self.isRest = isRest
    }
  }

  /// The title.
  public var title: String
  /// What the vertical axis shows, with its unit.
  public var axisTitle: String
  /// How values are shown.
  public var format: ValueFormat
  /// Days since 1970-01-01, increasing.
  public var days: [Int]
  /// The parts from the bottom up, one value per day each.
  public var layers: [Layer]
  /// A remark beneath the chart.
  public var note: String

  /// A chart; every layer must have one value per day.
  public init(
    _ title: String, axisTitle: String, format: ValueFormat = .percent(digits: 1), days: [Int],
    layers: [Layer], note: String = ""
  ) {
    for layer in layers {
      check(
        layer.values.count == days.count,
        "layer '\(layer.name)': \(layer.values.count) values on \(days.count) days")
    }
    check(
      zip(days, days.dropFirst()).allSatisfy { $0 < $1 }, "chart '\(title)': days do not increase")
    self.title = title
    self.axisTitle = axisTitle
    self.format = format
    self.days = days
    self.layers = layers
    self.note = note
  }
}
