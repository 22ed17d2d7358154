internal import Autodiff
internal import Finance

extension ConfigReader {
  /// One of the cases of an enumeration, by raw value; `value` when the key is missing.
  package func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: String, default value: Choice, of choices: [Choice] = Array(Choice.allCases)
  ) -> Choice {
    read(
      key, fallback: value, standIn: value, expected: Self.oneOf(choices.map(\.rawValue)),
      hint: hint(key, choices.map(\.rawValue)), encode: { JSONValue($0.rawValue) },
      parse: { Self.choice($0, of: choices) })
  }

  /// Required: one of the cases of an enumeration, by raw value.
  package func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: String, of choices: [Choice] = Array(Choice.allCases)
  ) -> Choice {
    guard let first = choices.first else {
      fatalError("configuration key \(path.member(key).text): no choices given")
    }
    return read(
      key, fallback: nil, standIn: first, expected: Self.oneOf(choices.map(\.rawValue)),
      hint: hint(key, choices.map(\.rawValue)), encode: { JSONValue($0.rawValue) },
      parse: { Self.choice($0, of: choices) })
  }

  /// One of the cases of an enumeration, by raw value, or nil when the key is missing or `null`.
  package func optionalChoice<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: String, of choices: [Choice] = Array(Choice.allCases)
  ) -> Choice? {
    readOptional(
      key, expected: Self.oneOf(choices.map(\.rawValue)),
      hint: hint(key, choices.map(\.rawValue)), encode: { JSONValue($0.rawValue) },
      parse: { Self.choice($0, of: choices) })
  }

  /// One of the given words, for choices known only at run time; `value` when the key is missing.
  package func choice(_ key: String, default value: String, of words: [String]) -> String {
    check(words.contains(value), "default '\(value)' of \(key) is not one of \(words)")
    return read(
      key, fallback: value, standIn: value, expected: Self.oneOf(words), hint: hint(key, words),
      encode: { JSONValue($0) },
      parse: { $0.string.flatMap { words.contains($0) ? $0 : nil } })
  }

  /// A list of cases of an enumeration, by raw value; `value` when the key is missing.
  package func choices<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: String, default value: [Choice], of choices: [Choice] = Array(Choice.allCases)
  ) -> [Choice] {
    list(
      key, fallback: value, expected: "an array", element: Self.oneOf(choices.map(\.rawValue)),
      count: 0..., hint: { Self.hint($0, choices.map(\.rawValue)) },
      encode: { JSONValue($0.rawValue) }, parse: { Self.choice($0, of: choices) })
  }

  private static func oneOf(_ words: [String]) -> String {
    "one of " + words.map(JSONValue.quoted).joined(separator: ", ")
  }

  private static func choice<Choice: RawRepresentable<String>>(
    _ value: JSONValue, of choices: [Choice]
  ) -> Choice? {
    choices.first { $0.rawValue == value.string }
  }

  private func hint(_ key: String, _ words: [String]) -> String {
    peek(key).map { Self.hint($0, words) } ?? ""
  }

  private static func hint(_ value: JSONValue, _ words: [String]) -> String {
    value.string.map { Spelling.hint(for: $0, among: words) } ?? ""
  }
}
