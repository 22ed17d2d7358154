/// One of the few numbers that a reader should see first.
public struct KeyFact: Sendable, Equatable {
  /// What it is: `Sharpe ratio, net of costs`.
  public var label: String
  /// The number with its unit, as it should appear.
  public var value: String
  /// What qualifies it: `95 % interval 0.61 to 1.52`.
  public var note: String

  /// A fact.
  public init(_ label: String, _ value: String, note: String = "") {
    self.label = label
    self.value = value
    self.note = note
  }
}
