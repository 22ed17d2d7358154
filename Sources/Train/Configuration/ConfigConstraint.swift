/// What a number in a configuration may be, testable and sayable: `1...100`, `0..<1`, `0...`,
/// `.above(0)`.
package protocol ConfigConstraint<Value> {
  /// The type of number constrained.
  associatedtype Value

  /// Whether the constraint holds.
  func admits(_ value: Value) -> Bool

  /// The constraint as the tail of "expected a number …": ` in 1…100`, ` above 0`, or nothing.
  var text: String { get }
}

/// No constraint: any integer, or any finite number.
package struct Unconstrained<Value>: ConfigConstraint {
  package init() {}
  package func admits(_ value: Value) -> Bool { true }
  package var text: String { "" }
}

/// An interval that excludes its lower bound: `(lower, ∞)`, `(lower, upper]` or `(lower, upper)`.
package struct IntervalAbove<Value: Comparable>: ConfigConstraint {
  let lower: Value
  let upper: Value?
  let includesUpper: Bool

  package func admits(_ value: Value) -> Bool {
    guard value > lower else { return false }
    guard let upper else { return true }
    return includesUpper ? value <= upper : value < upper
  }

  package var text: String {
    guard let upper else { return " above \(plain(lower))" }
    return " above \(plain(lower)) and \(includesUpper ? "at most" : "below") \(plain(upper))"
  }
}

extension ConfigConstraint {
  /// Strictly greater than `lower`.
  package static func above<Number>(_ lower: Number) -> Self where Self == IntervalAbove<Number> {
    IntervalAbove(lower: lower, upper: nil, includesUpper: false)
  }

  /// Strictly greater than `lower` and at most `upper`.
  package static func above<Number>(_ lower: Number, upTo upper: Number) -> Self
  where Self == IntervalAbove<Number> {
    IntervalAbove(lower: lower, upper: upper, includesUpper: true)
  }

  /// Strictly between the two.
  package static func between<Number>(_ lower: Number, _ upper: Number) -> Self
  where Self == IntervalAbove<Number> {
    IntervalAbove(lower: lower, upper: upper, includesUpper: false)
  }
}

extension ClosedRange: ConfigConstraint {
  package func admits(_ value: Bound) -> Bool { contains(value) }
  package var text: String { " in \(plain(lowerBound))…\(plain(upperBound))" }
}

extension Range: ConfigConstraint {
  package func admits(_ value: Bound) -> Bool { contains(value) }
  package var text: String { ", at least \(plain(lowerBound)) and below \(plain(upperBound))" }
}

extension PartialRangeFrom: ConfigConstraint {
  package func admits(_ value: Bound) -> Bool { contains(value) }
  package var text: String { ", at least \(plain(lowerBound))" }
}

extension PartialRangeThrough: ConfigConstraint {
  package func admits(_ value: Bound) -> Bool { contains(value) }
  package var text: String { ", at most \(plain(upperBound))" }
}

extension PartialRangeUpTo: ConfigConstraint {
  package func admits(_ value: Bound) -> Bool { contains(value) }
  package var text: String { " below \(plain(upperBound))" }
}

/// A bound as a person would write it: `1` for 1.0.
private func plain(_ value: some Any) -> String {
  let text = "\(value)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
