internal import Autodiff

/// How often values occur, in bins of equal width, with marks at values to compare with them.
public struct Histogram: Sendable {
  /// A value to compare with the distribution.
  public struct Mark: Sendable, Equatable {
    /// The name; equal names have equal colours throughout a report.
    public var name: String
    /// Where it stands.
    public var value: Double
    /// The part it plays.
    public var role: DatedSeries.Role

    /// A mark.
    public init(_ name: String, _ value: Double, role: DatedSeries.Role = .baseline) {
      self.name = name
      self.value = value
      self.role = role
    }
  }

  /// The title.
  public var title: String
  /// What the horizontal axis shows, with its unit.
  public var xTitle: String
  /// How positions are shown.
  public var format: ValueFormat
  /// The values; those that are not finite are left out.
  public var values: [Double]
  /// The marks.
  public var marks: [Mark]
  /// A remark beneath.
  public var note: String

  /// A histogram.
  public init(
    _ title: String, xTitle: String, format: ValueFormat = .number(digits: 0), values: [Double],
    marks: [Mark] = [], note: String = ""
  ) {
    self.title = title
    self.xTitle = xTitle
    self.format = format
    self.values = values
    self.marks = marks
    self.note = note
  }

  /// The counts of `count` bins of equal width over a range; the upper end belongs to the last one.
  static func counts(_ values: [Double], in range: ClosedRange<Double>, bins count: Int) -> [Int] {
    check(count >= 1, "Histogram: \(count) bins")
    let width = range.upperBound - range.lowerBound
    var counts = [Int](repeating: 0, count: count)
    for value in values where range.contains(value) {
      let place = width > 0 ? (value - range.lowerBound) / width * Double(count) : 0
      counts[min(count - 1, Int(place))] += 1
    }
    return counts
  }
}
