internal import Autodiff

extension JSONValue {
  /// How JSON is laid out as text.
  public enum Layout: Sendable {
    /// Two spaces of indentation; arrays of plain values stay on one line while they fit.
    case pretty
    /// One line without any space, for logs of one object per line.
    case compact
  }

  /// The value as canonical JSON text: members in their order, floating-point numbers in the
  /// shortest form that reads back to the same bits, always with a point or an exponent.
  ///
  /// With `digits`, floating-point numbers have as many significant digits, trailing zeros included;
  /// 17 always read back to the same bits.
  ///
  /// Equal values give equal text, and parsing the text gives an equal value. The pretty layout
  /// ends with a line feed. Precondition: every number is finite.
  public func text(_ layout: Layout = .pretty, digits: Int? = nil) -> String {
    var text = ""
    switch layout {
    case .pretty:
      writePretty(into: &text, indentation: 0, digits)
      text += "\n"
    case .compact:
      writeCompact(into: &text, digits)
    }
    return text
  }

  /// Arrays of plain values longer than this are written with one element a line.
  private static let lineLength = 96

  private func writePretty(into text: inout String, indentation: Int, _ digits: Int?) {
    let inner = String(repeating: " ", count: indentation + 2)
    let outer = String(repeating: " ", count: indentation)
    switch content {
    case .array(let elements) where !elements.isEmpty:
      if let line = lineOfPlainValues(elements, digits),
        indentation + line.utf8.count <= Self.lineLength
      {
        text += line
        return
      }
      text += "[\n"
      for (index, element) in elements.enumerated() {
        text += inner
        element.writePretty(into: &text, indentation: indentation + 2, digits)
        text += index + 1 < elements.count ? ",\n" : "\n"
      }
      text += outer + "]"
    case .object(let members) where !members.isEmpty:
      text += "{\n"
      for (index, member) in members.enumerated() {
        text += inner + Self.quoted(member.key) + ": "
        member.value.writePretty(into: &text, indentation: indentation + 2, digits)
        text += index + 1 < members.count ? ",\n" : "\n"
      }
      text += outer + "}"
    default:
      writeCompact(into: &text, digits)
    }
  }

  private func lineOfPlainValues(_ elements: [JSONValue], _ digits: Int?) -> String? {
    var line = "["
    for (index, element) in elements.enumerated() {
      if element.members != nil || element.elements != nil { return nil }
      if index > 0 { line += ", " }
      element.writeCompact(into: &line, digits)
    }
    return line + "]"
  }

  private func writeCompact(into text: inout String, _ digits: Int?) {
    switch content {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += String(number)
    case .double(let number):
      check(number.isFinite, "JSON cannot express \(number); write null or a string")
      text +=
        digits.map { NumberText.significant(number, digits: $0) } ?? number.description
    case .string(let string): text += Self.quoted(string)
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += "," }
        element.writeCompact(into: &text, digits)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        text += Self.quoted(member.key) + ":"
        member.value.writeCompact(into: &text, digits)
      }
      text += "}"
    }
  }

  /// A string in quotes with quotes, backslashes and control characters escaped; everything else is
  /// written as it is, in UTF-8.
  static func quoted(_ string: some StringProtocol) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case "\u{0}"..<"\u{20}", "\u{7F}":
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
