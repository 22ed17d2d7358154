internal import Autodiff

/// A named series of numbers on dates.
public struct DatedSeries: Sendable, Equatable {
  /// The part a series plays, which decides how it is drawn.
  public enum Role: Sendable, Equatable {
    /// The strategy that the report is about: strong, in the accent colour, on top.
    case model
    /// A strategy to compare with: thin and muted.
    case baseline
    /// One of several equals, such as an asset.
    case member
  }

  /// The name; equal names have equal colours throughout a report.
  public var name: String
  /// Days since 1970-01-01, increasing.
  public var days: [Int]
  /// One value per day; NaN interrupts the line.
  public var values: [Double]
  /// The part it plays.
  public var role: Role

  /// A series; days and values must be equally many, the days increasing.
  public init(_ name: String, days: [Int], values: [Double], role: Role = .baseline) {
    check(
      days.count == values.count,
      "series '\(name)': \(days.count) days and \(values.count) values")
    check(
      zip(days, days.dropFirst()).allSatisfy { $0 < $1 }, "series '\(name)': days do not increase")
    self.name = name
    self.days = days
    self.values = values
    self.role = role
  }

  /// The last value that is not missing.
  var lastValue: Double? { values.last { $0.isFinite } }
}
