internal import Autodiff

extension ConfigReader {
  // MARK: Integers

  /// An integer, `value` when the key is missing.
  package func int<Constraint: ConfigConstraint<Int>>(
    _ key: String, default value: Int, in constraint: Constraint = Unconstrained<Int>()
  ) -> Int {
    check(constraint.admits(value), "default \(value) of \(key): expected\(constraint.text)")
    return read(
      key, fallback: value, standIn: value, expected: Self.integer(constraint),
      encode: { JSONValue($0) }, parse: { Self.int($0, constraint) })
  }

  /// A required integer.
  package func int<Constraint: ConfigConstraint<Int>>(
    _ key: String, in constraint: Constraint = Unconstrained<Int>()
  ) -> Int {
    read(
      key, fallback: nil, standIn: 1, expected: Self.integer(constraint),
      encode: { JSONValue($0) }, parse: { Self.int($0, constraint) })
  }

  /// An integer, or nil when the key is missing or `null`.
  package func optionalInt<Constraint: ConfigConstraint<Int>>(
    _ key: String, in constraint: Constraint = Unconstrained<Int>()
  ) -> Int? {
    readOptional(
      key, expected: Self.integer(constraint), encode: { JSONValue($0) },
      parse: { Self.int($0, constraint) })
  }

  static func integer(_ constraint: some ConfigConstraint<Int>) -> String {
    "an integer" + constraint.text
  }

  static func int(_ value: JSONValue, _ constraint: some ConfigConstraint<Int>) -> Int? {
    guard let number = value.int, constraint.admits(number) else { return nil }
    return number
  }

  // MARK: Floating-point numbers

  /// A number, `value` when the key is missing; integers are accepted.
  package func double<Constraint: ConfigConstraint<Double>>(
    _ key: String, default value: Double, in constraint: Constraint = Unconstrained<Double>()
  ) -> Double {
    check(
      value.isFinite && constraint.admits(value),
      "default \(value) of \(key): expected a finite number\(constraint.text)")
    return read(
      key, fallback: value, standIn: value, expected: Self.number(constraint),
      encode: { JSONValue($0) }, parse: { Self.double($0, constraint) })
  }

  /// A required number; integers are accepted.
  package func double<Constraint: ConfigConstraint<Double>>(
    _ key: String, in constraint: Constraint = Unconstrained<Double>()
  ) -> Double {
    read(
      key, fallback: nil, standIn: 1, expected: Self.number(constraint),
      encode: { JSONValue($0) }, parse: { Self.double($0, constraint) })
  }

  /// A number, or nil when the key is missing or `null`; integers are accepted.
  package func optionalDouble<Constraint: ConfigConstraint<Double>>(
    _ key: String, in constraint: Constraint = Unconstrained<Double>()
  ) -> Double? {
    readOptional(
      key, expected: Self.number(constraint), encode: { JSONValue($0) },
      parse: { Self.double($0, constraint) })
  }

  static func number(_ constraint: some ConfigConstraint<Double>) -> String {
    "a number" + constraint.text
  }

  static func double(_ value: JSONValue, _ constraint: some ConfigConstraint<Double>) -> Double? {
    guard let number = value.double, constraint.admits(number) else { return nil }
    return number
  }

  // MARK: Truth values

  /// `true` or `false`, `value` when the key is missing.
  package func bool(_ key: String, default value: Bool) -> Bool {
    read(
      key, fallback: value, standIn: value, expected: "true or false", encode: { JSONValue($0) },
      parse: \.bool)
  }

  /// A required `true` or `false`.
  package func bool(_ key: String) -> Bool {
    read(
      key, fallback: nil, standIn: false, expected: "true or false", encode: { JSONValue($0) },
      parse: \.bool)
  }

  /// `true` or `false`, or nil when the key is missing or `null`.
  package func optionalBool(_ key: String) -> Bool? {
    readOptional(key, expected: "true or false", encode: { JSONValue($0) }, parse: \.bool)
  }

  // MARK: Strings

  /// A string, `value` when the key is missing.
  package func string(_ key: String, default value: String) -> String {
    read(
      key, fallback: value, standIn: value, expected: "a string",
      encode: { JSONValue($0) }, parse: \.string)
  }

  /// A required string, not empty.
  package func string(_ key: String) -> String {
    read(
      key, fallback: nil, standIn: "", expected: "a string that is not empty",
      encode: { JSONValue($0) }, parse: { $0.string.flatMap { $0.isEmpty ? nil : $0 } })
  }

  /// A string, or nil when the key is missing or `null`.
  package func optionalString(_ key: String) -> String? {
    readOptional(key, expected: "a string", encode: { JSONValue($0) }, parse: \.string)
  }

  // MARK: Anything

  /// The value as it stands, or nil when the key is missing: for keys whose type the schema decides
  /// itself, together with ``report(_:_:)``.
  package func value(_ key: String) -> JSONValue? {
    let value = take(key)
    if let value { resolve(key, value) }
    return value
  }
}
