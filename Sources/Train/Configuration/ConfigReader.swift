internal import Autodiff
internal import Finance

/// Strict, typed reading of one object of a configuration.
///
/// Each key is read once, with its default and its range visible at the place of reading. A fault
/// is recorded and a stand-in returned, so that decoding goes on and one run reports everything
/// that is wrong; ``ConfigDocument/decode(_:)`` throws at the end. Reading has three forms: with a
/// default, without one (the key is required), and `optional…` (the key may be missing or `null`).
///
/// ```swift
/// init(_ reader: ConfigReader) {
///   epochs = reader.int("epochs", default: 150, in: 1...100_000)
///   learningRate = reader.double("learningRate", default: 1e-3, in: 1e-8...1)
///   optimizer = reader.choice("optimizer", default: Optimizer.adam)
///   folds = reader.object("folds") { Folds($0) }
/// }
/// ```
package final class ConfigReader {
  /// The path of the object being read.
  package let path: ConfigPath
  /// Where the object was written.
  let origin: JSONValue.Origin
  let diagnostics: ConfigDiagnostics
  private let members: [JSONValue.Member]
  private let isObject: Bool
  private var asked: [String] = []
  private var pendingAbout = ""
  private var resolved: [JSONValue.Member] = []

  init(_ value: JSONValue, path: ConfigPath, diagnostics: ConfigDiagnostics) {
    self.path = path
    self.diagnostics = diagnostics
    origin = value.origin
    members = value.members ?? []
    isObject = value.members != nil
    if !isObject {
      diagnostics.report(
        "value is \(value.summary); expected an object", path: path.text, origin: value.origin)
    }
  }

  /// The keys that the object holds, in the order of the text.
  package var keys: [String] { members.map(\.key) }

  /// Whether the object holds the key with a value other than `null`.
  package func contains(_ key: String) -> Bool {
    members.contains { $0.key == key && $0.value.content != .null }
  }

  /// Records a fault that only the schema can see, at the place of `key` (already read or not) or of
  /// the object: `reader.report("test", "value is 0.4; expected less than 'train' (0.3)")`.
  package func report(_ key: String? = nil, _ message: String) {
    guard let key else {
      diagnostics.report(message, path: path.text, origin: origin)
      return
    }
    let place = members.first { $0.key == key }?.value.origin ?? origin
    diagnostics.report(message, path: path.member(key).text, origin: place)
  }

  /// Says what the key read next means, for the documentation of the schema.
  ///
  /// `reader.about("passes over the data").int("epochs", default: 150)`
  package func about(_ text: String) -> ConfigReader {
    pendingAbout = text
    return self
  }

  // MARK: What the typed readers are made of

  /// Notes a key for the documentation, with what `about` said of it.
  func document(_ key: String, expected: String, standard: String?) {
    diagnostics.note(
      ConfigEntry(
        path: String(path.member(key).text.dropFirst(2)), expected: expected, standard: standard,
        about: pendingAbout))
    pendingAbout = ""
  }

  /// The value of a key, noting that the key was asked for.
  func take(_ key: String) -> JSONValue? {
    check(!asked.contains(key), "configuration key \(path.member(key).text) is read twice")
    asked.append(key)
    return peek(key)
  }

  /// The value of a key without asking for it.
  func peek(_ key: String) -> JSONValue? { members.first { $0.key == key }?.value }

  /// Notes the value in use for a key.
  func resolve(_ key: String, _ value: JSONValue) {
    resolved.append(JSONValue.Member(key, value))
  }

  func reportMissing(_ key: String) {
    // An object that is none has been reported; its keys are not missing besides.
    guard isObject else { return }
    let typo = Spelling.nearest(to: key, among: keys.filter { !asked.contains($0) })
    diagnostics.report(
      "missing key '\(key)'" + (typo.map { "; is '\($0)' a typo?" } ?? ""), path: path.text,
      origin: origin)
  }

  func reportMismatch(_ key: String, _ value: JSONValue, expected: String, hint: String = "") {
    diagnostics.report(
      "value is \(value.summary); expected \(expected)\(hint)", path: path.member(key).text,
      origin: value.origin)
  }

  /// Reads a key by `parse`, which returns nil for what it does not accept.
  ///
  /// A missing key gives `fallback`; without a fallback it is a fault and gives `standIn`.
  func read<Value>(
    _ key: String, fallback: Value?, standIn: Value, expected: String, hint: String = "",
    encode: (Value) -> JSONValue, parse: (JSONValue) -> Value?
  ) -> Value {
    var result = fallback ?? standIn
    document(key, expected: expected, standard: fallback.map { encode($0).text(.compact) })
    if let value = take(key) {
      if let parsed = parse(value) {
        result = parsed
      } else {
        reportMismatch(key, value, expected: expected, hint: hint)
      }
    } else if fallback == nil {
      reportMissing(key)
    }
    resolve(key, encode(result))
    return result
  }

  /// Reads a key that may be missing or `null`.
  func readOptional<Value>(
    _ key: String, expected: String, hint: String = "",
    encode: (Value) -> JSONValue, parse: (JSONValue) -> Value?
  ) -> Value? {
    var result: Value?
    document(key, expected: expected + " or null", standard: "null")
    if let value = take(key), value.content != .null {
      result = parse(value)
      if result == nil { reportMismatch(key, value, expected: expected + " or null", hint: hint) }
    }
    resolve(key, result.map(encode) ?? nil)
    return result
  }

  /// Reports the keys that nobody asked for and returns the resolved object.
  ///
  /// Nested readers are finished by the method that made them, the root by
  /// ``ConfigDocument/decode(_:)``.
  func finish() -> JSONValue {
    for member in members where !asked.contains(member.key) {
      let accepted = asked.map { "'\($0)'" }.joined(separator: ", ")
      diagnostics.report(
        "unknown key '\(member.key)'\(Spelling.hint(for: member.key, among: asked))"
          + " (accepted: \(asked.isEmpty ? "none" : accepted))",
        path: path.text, origin: member.origin)
    }
    return JSONValue(.object(resolved))
  }
}
