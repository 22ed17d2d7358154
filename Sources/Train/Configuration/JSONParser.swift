extension JSONValue {
  /// Reads a configuration: JSON (RFC 8259) in UTF-8 in which `//` and `/* */` comments may stand
  /// wherever white space may.
  ///
  /// Stricter than the standard where it leaves a choice: a key given twice, an integer beyond 64
  /// bits, a number beyond the range of a `Double`, an unpaired surrogate and nesting deeper than
  /// 128 levels are refused. A byte order mark at the start is skipped.
  ///
  /// - Throws: ``JSONSyntaxError`` at the first fault, naming `file`.
  public init(parsing text: String, file: String) throws(JSONSyntaxError) {
    try self.init(parsing: Array(text.utf8), file: file)
  }

  /// The same for bytes; bytes that are not UTF-8 are refused.
  ///
  /// - Throws: ``JSONSyntaxError`` at the first fault, naming `file`.
  public init(parsing bytes: [UInt8], file: String) throws(JSONSyntaxError) {
    var parser = JSONParser(bytes: bytes, file: file, allowsComments: true)
    self = try parser.document()
  }

  /// The same without comments, for files that other programs read as plain JSON.
  package init(strictly bytes: [UInt8], file: String) throws(JSONSyntaxError) {
    var parser = JSONParser(bytes: bytes, file: file, allowsComments: false)
    self = try parser.document()
  }
}

/// A recursive-descent parser over bytes.
///
/// `offset` is the next byte to read. `line`, `lineStart` and `continuations` (UTF-8 continuation
/// bytes since `lineStart`) follow it, so that the place of a value costs nothing to know.
struct JSONParser {
  static let maximumDepth = 128

  let bytes: [UInt8]
  let file: String
  let allowsComments: Bool
  private var offset = 0
  private var line = 1
  private var lineStart = 0
  private var continuations = 0

  init(bytes: [UInt8], file: String, allowsComments: Bool) {
    self.bytes = bytes
    self.file = file
    self.allowsComments = allowsComments
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { (offset, lineStart) = (3, 3) }
  }

  mutating func document() throws(JSONSyntaxError) -> JSONValue {
    try skipSpace()
    let value = try value(depth: 0)
    try skipSpace()
    if offset < bytes.count { throw fault("expected nothing after the document, found \(found())") }
    return value
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    let origin = origin
    guard offset < bytes.count else { throw fault("expected a value, found the end of the text") }
    switch bytes[offset] {
    case UInt8(ascii: "{"): return JSONValue(.object(try members(depth: depth)), origin: origin)
    case UInt8(ascii: "["): return JSONValue(.array(try elements(depth: depth)), origin: origin)
    case UInt8(ascii: "\""): return JSONValue(.string(try string()), origin: origin)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return JSONValue(try number(), origin: origin)
    default: return JSONValue(try word(), origin: origin)
    }
  }

  private mutating func word() throws(JSONSyntaxError) -> JSONValue.Content {
    let word = wordAhead()
    let content: JSONValue.Content
    switch word {
    case "null": content = .null
    case "true": content = .bool(true)
    case "false": content = .bool(false)
    default:
      switch word.lowercased() {
      case "nan", "inf", "infinity":
        throw fault("\(word) is not a JSON number; expected a finite number")
      case "true", "false", "null": throw fault("write \(word.lowercased()), not \(word)")
      case "none", "nil": throw fault("write null, not \(word)")
      default: break
      }
      switch offset < bytes.count ? bytes[offset] : 0 {
      case UInt8(ascii: "'"): throw fault("strings stand in double quotes: \"…\", not '…'")
      case UInt8(ascii: "+"), UInt8(ascii: "."):
        throw fault("expected a value; a number starts with a digit or '-'")
      default: throw fault("expected a value, found \(found())")
      }
    }
    offset += word.utf8.count
    return content
  }

  private mutating func elements(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
    try open(depth: depth)
    var elements: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return elements }
    while true {
      elements.append(try value(depth: depth + 1))
      try skipSpace()
      if take(UInt8(ascii: "]")) { return elements }
      try comma(before: UInt8(ascii: "]"))
    }
  }

  private mutating func members(depth: Int) throws(JSONSyntaxError) -> [JSONValue.Member] {
    try open(depth: depth)
    var members: [JSONValue.Member] = []
    var places: [String: JSONValue.Origin] = [:]
    if take(UInt8(ascii: "}")) { return members }
    while true {
      guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
        throw fault("expected a key in double quotes, found \(found())")
      }
      let (keyOffset, keyOrigin) = (offset, origin)
      let key = try string()
      if case .text(let line, let column)? = places.updateValue(keyOrigin, forKey: key) {
        throw fault(
          "key \(JSONValue.quoted(key)) is given twice; the first is at line \(line), "
            + "column \(column)", at: keyOffset)
      }
      try skipSpace()
      guard take(UInt8(ascii: ":")) else {
        throw fault("expected ':' after the key \(JSONValue.quoted(key)), found \(found())")
      }
      try skipSpace()
      members.append(.init(key, try value(depth: depth + 1), origin: keyOrigin))
      try skipSpace()
      if take(UInt8(ascii: "}")) { return members }
      try comma(before: UInt8(ascii: "}"))
    }
  }

  /// Steps over the opening bracket and the space behind it.
  private mutating func open(depth: Int) throws(JSONSyntaxError) {
    guard depth < Self.maximumDepth else {
      throw fault("nested deeper than \(Self.maximumDepth) levels")
    }
    offset += 1
    try skipSpace()
  }

  /// Steps over a comma that must be followed by another element.
  private mutating func comma(before close: UInt8) throws(JSONSyntaxError) {
    let place = offset
    let bracket = close == UInt8(ascii: "}") ? "'}'" : "']'"
    guard take(UInt8(ascii: ",")) else {
      throw fault("expected ',' or \(bracket), found \(found())")
    }
    try skipSpace()
    if offset < bytes.count, bytes[offset] == close {
      throw fault("trailing comma; remove it before \(bracket)", at: place)
    }
  }

  // MARK: Numbers

  private mutating func number() throws(JSONSyntaxError) -> JSONValue.Content {
    let start = offset
    _ = take(UInt8(ascii: "-"))
    let whole = offset
    let digits = skipDigits()
    if digits == 0 {
      let word = wordAhead().lowercased()
      if ["inf", "infinity", "nan"].contains(word) {
        throw fault("-\(wordAhead()) is not a JSON number; expected a finite number", at: start)
      }
      throw fault("expected a digit after '-', found \(found())")
    }
    if digits > 1, bytes[whole] == UInt8(ascii: "0") {
      throw fault("a number must not start with 0", at: start)
    }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      if skipDigits() == 0 { throw fault("expected a digit after the point, found \(found())") }
    }
    let mantissaEnd = offset
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
      if skipDigits() == 0 { throw fault("expected a digit in the exponent, found \(found())") }
    }
    if !wordAhead().isEmpty || (offset < bytes.count && bytes[offset] == UInt8(ascii: ".")) {
      throw fault("expected the end of the number, found \(found())")
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isInteger {
      guard let integer = Int(text) else {
        throw fault(
          "the integer \(text) does not fit in 64 bits; with a point or an exponent it would be a "
            + "floating-point number", at: start)
      }
      return .integer(integer)
    }
    let isZero = bytes[whole..<mantissaEnd].allSatisfy { $0 == 0x30 || $0 == 0x2E }
    guard let double = Double(text), double.isFinite, isZero || double != 0 else {
      throw fault("the number \(text) is beyond the range of a double", at: start)
    }
    return .double(double)
  }

  private mutating func skipDigits() -> Int {
    let start = offset
    while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
    return offset - start
  }

  // MARK: Strings

  private mutating func string() throws(JSONSyntaxError) -> String {
    let opening = offset
    offset += 1
    var content: [UInt8] = []
    while true {
      let start = offset
      while offset < bytes.count, bytes[offset] != 0x22, bytes[offset] != 0x5C,
        bytes[offset] >= 0x20
      {
        if bytes[offset] & 0xC0 == 0x80 { continuations += 1 }
        offset += 1
      }
      content += bytes[start..<offset]
      guard offset < bytes.count else { throw fault("this string is never closed", at: opening) }
      switch bytes[offset] {
      case 0x22:
        offset += 1
        guard let string = String(validating: content, as: UTF8.self) else {
          throw fault("this string is not valid UTF-8", at: opening)
        }
        return string
      case 0x5C: try escape(into: &content)
      case 0x0A, 0x0D: throw fault("this string is not closed on its line", at: opening)
      default:
        throw fault("control character \(found()) in a string; write it as an escape such as \\t")
      }
    }
  }

  private mutating func escape(into content: inout [UInt8]) throws(JSONSyntaxError) {
    let start = offset
    offset += 1
    let code = offset < bytes.count ? bytes[offset] : 0
    offset += 1
    switch code {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(code)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"):
      var value = try hexadecimal(from: start)
      if (0xD800..<0xDC00).contains(value), offset + 1 < bytes.count, bytes[offset] == 0x5C,
        bytes[offset + 1] == UInt8(ascii: "u")
      {
        offset += 2
        let low = try hexadecimal(from: start)
        guard (0xDC00..<0xE000).contains(low) else {
          throw fault("a high surrogate must be followed by a low one", at: start)
        }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else {
        throw fault("this surrogate stands alone; surrogates come in pairs", at: start)
      }
      content += Array(String(Character(scalar)).utf8)
    default:
      throw fault(
        "unknown escape; expected \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX", at: start)
    }
  }

  private mutating func hexadecimal(from start: Int) throws(JSONSyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard offset < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue
      else { throw fault("expected four hexadecimal digits after \\u", at: start) }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  // MARK: Space and comments

  private mutating func skipSpace() throws(JSONSyntaxError) {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0D: offset += 1
      case 0x0A: newLine()
      case UInt8(ascii: "/") where allowsComments: try skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(JSONSyntaxError) {
    let start = offset
    switch offset + 1 < bytes.count ? bytes[offset + 1] : 0 {
    case UInt8(ascii: "/"):
      while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
    case UInt8(ascii: "*"):
      offset += 2
      while true {
        guard offset + 1 < bytes.count else {
          throw fault("this comment is never closed", at: start)
        }
        if bytes[offset] == UInt8(ascii: "*"), bytes[offset + 1] == UInt8(ascii: "/") { break }
        if bytes[offset] == 0x0A {
          newLine()
        } else {
          if bytes[offset] & 0xC0 == 0x80 { continuations += 1 }
          offset += 1
        }
      }
      offset += 2
    default: throw fault("expected a comment: // or /* */")
    }
  }

  private mutating func newLine() {
    offset += 1
    line += 1
    lineStart = offset
    continuations = 0
  }

  // MARK: Places and messages

  private mutating func take(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  private var origin: JSONValue.Origin {
    .text(line: line, column: offset - lineStart - continuations + 1)
  }

  /// The letters, digits and underscores at `offset`.
  private func wordAhead() -> String {
    var end = offset
    while end < bytes.count, end < offset + 40 {
      let character = Character(Unicode.Scalar(bytes[end]))
      guard bytes[end] < 0x80, character.isLetter || character.isNumber || character == "_" else {
        break
      }
      end += 1
    }
    return String(decoding: bytes[offset..<end], as: UTF8.self)
  }

  /// What stands at `offset`, for a message.
  private func found() -> String {
    guard offset < bytes.count else { return "the end of the text" }
    let word = wordAhead()
    if !word.isEmpty { return "'\(word)'" }
    if bytes[offset] < 0x20 {
      let hex = String(bytes[offset], radix: 16, uppercase: true)
      return "U+" + String(repeating: "0", count: 4 - hex.count) + hex
    }
    let ahead = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
    return "'\(ahead.prefix(1))'"
  }

  private func fault(_ problem: String, at place: Int? = nil) -> JSONSyntaxError {
    let place = min(place ?? offset, bytes.count)
    var (line, column) = (1, 1)
    for byte in bytes[(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)..<max(place, 0)] {
      if byte == 0x0A {
        (line, column) = (line + 1, 1)
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return JSONSyntaxError(file: file, line: line, column: column, problem: problem)
  }
}
