/// A feature's compact text `name(argument,…)`, taken apart and checked against the accepted forms.
struct FeatureCall {
  let text: String
  let name: String
  private let arguments: [String]

  /// Splits `text` by the form of its name; `forms` are like `volatilityRatio(a,b)`.
  ///
  /// A first argument may hold commas (an indicator's name): only the last ones separate.
  init(_ text: String, forms: [String]) throws(FeatureError) {
    self.text = text
    let trimmed = Self.trimmed(text[...])
    let accepted = "Accepted: \(forms.joined(separator: ", "))."
    guard let open = trimmed.firstIndex(of: "("), trimmed.last == ")" else {
      throw FeatureError(feature: text, problem: "expected the form name(…). \(accepted)")
    }
    let name = String(Self.trimmed(trimmed[..<open]))
    let names = forms.map { String($0.prefix { $0 != "(" }) }
    guard let index = names.firstIndex(of: name) else {
      throw FeatureError(
        feature: text,
        problem:
          "unknown name '\(name)'\(Spelling.sentenceEnd(for: name, among: names)) \(accepted)")
    }
    let inside = trimmed[trimmed.index(after: open)...].dropLast()
    let wanted = forms[index].filter { $0 == "," }.count + 1
    // The last commas separate: names in front may hold some.
    var arguments: [Substring] = []
    var rest = inside
    while arguments.count < wanted - 1, let comma = rest.lastIndex(of: ",") {
      arguments.insert(rest[rest.index(after: comma)...], at: 0)
      rest = rest[..<comma]
    }
    arguments.insert(rest, at: 0)
    let trimmedArguments = arguments.map { String(Self.trimmed($0)) }
    guard arguments.count == wanted, !trimmedArguments.contains("") else {
      throw FeatureError(feature: text, problem: "expected the form \(forms[index]).")
    }
    self.name = name
    self.arguments = trimmedArguments
  }

  /// The text of an argument.
  func word(_ index: Int) -> String { arguments[index] }

  /// An argument that counts rows.
  func rows(_ index: Int, atLeast minimum: Int) throws(FeatureError) -> Int {
    guard let rows = Int(arguments[index]), rows >= minimum, rows <= 100_000 else {
      throw FeatureError(
        feature: text,
        problem:
          "'\(arguments[index])' is not a number of rows; expected an integer from \(minimum) "
          + "to 100000.")
    }
    return rows
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
