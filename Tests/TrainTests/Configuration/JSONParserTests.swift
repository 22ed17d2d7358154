import Autodiff
import Testing

@testable import Train

@Suite struct JSONParserTests {
  static let valid: [(text: String, value: JSONValue)] = [
    ("null", nil), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("-17", -17),
    ("9223372036854775807", JSONValue(Int.max)), ("-9223372036854775808", JSONValue(Int.min)),
    ("1.5", 1.5), ("1.0", 1.0), ("1e3", 1000.0), ("1E+3", 1000.0), ("25e-2", 0.25),
    ("5e-324", JSONValue(Double.leastNonzeroMagnitude)), ("0.0e-999", 0.0),
    ("1.7976931348623157e308", 1.7976931348623157e308),
    (#""""#, ""), (#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{C}\n\r\tz"),
    (#""\u00e9\u20AC\ud83d\uDE00""#, "é€😀"), ("\"é€😀\"", "é€😀"),
    ("[]", []), ("[ ]", []), ("[1,[2,[]],{}]", [1, [2, []], [:]]), ("{}", [:]),
    (#"{"b":1,"a":{"c":null}}"#, ["b": 1, "a": ["c": nil]]),
    ("// first\n/* second\n * third */ [1, // one\n 2/**/]\n// last", [1, 2]),
    ("\u{FEFF}[1]", [1]), ("[1]\r\n", [1]),
  ]

  @Test(arguments: valid) func readsWhatIsJSON(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: text, file: "x.json") == value)
  }

  static let invalid: [(text: String, message: String)] = [
    ("", "x.json:1:1: expected a value, found the end of the text"),
    ("  \n // only a comment", "x.json:2:19: expected a value, found the end of the text"),
    ("[1, 2,]", "x.json:1:6: trailing comma; remove it before ']'"),
    ("{\n  \"a\": 1,\n}", "x.json:2:9: trailing comma; remove it before '}'"),
    ("[1 2]", "x.json:1:4: expected ',' or ']', found '2'"),
    ("[,]", "x.json:1:2: expected a value, found ','"),
    ("[1", "x.json:1:3: expected ',' or ']', found the end of the text"),
    ("{\"a\" 1}", "x.json:1:6: expected ':' after the key \"a\", found '1'"),
    ("{\"a\": }", "x.json:1:7: expected a value, found '}'"),
    ("{a: 1}", "x.json:1:2: expected a key in double quotes, found 'a'"),
    ("{'a': 1}", "x.json:1:2: expected a key in double quotes, found '''"),
    ("['a']", "x.json:1:2: strings stand in double quotes: \"…\", not '…'"),
    (
      "{\"a\": 1,\n \"b\": 2, \"a\": 3}",
      "x.json:2:10: key \"a\" is given twice; the first is at line 1, column 2"
    ),
    ("1 2", "x.json:1:3: expected nothing after the document, found '2'"),
    ("[1]]", "x.json:1:4: expected nothing after the document, found ']'"),
    ("NaN", "x.json:1:1: NaN is not a JSON number; expected a finite number"),
    ("[Infinity]", "x.json:1:2: Infinity is not a JSON number; expected a finite number"),
    ("-Infinity", "x.json:1:1: -Infinity is not a JSON number; expected a finite number"),
    ("True", "x.json:1:1: write true, not True"), ("None", "x.json:1:1: write null, not None"),
    ("yes", "x.json:1:1: expected a value, found 'yes'"),
    ("+1", "x.json:1:1: expected a value; a number starts with a digit or '-'"),
    (".5", "x.json:1:1: expected a value; a number starts with a digit or '-'"),
    ("1.", "x.json:1:3: expected a digit after the point, found the end of the text"),
    ("1e", "x.json:1:3: expected a digit in the exponent, found the end of the text"),
    ("-", "x.json:1:2: expected a digit after '-', found the end of the text"),
    ("01", "x.json:1:1: a number must not start with 0"),
    ("1_000", "x.json:1:2: expected the end of the number, found '_000'"),
    ("0x10", "x.json:1:2: expected the end of the number, found 'x10'"),
    ("1.2.3", "x.json:1:4: expected the end of the number, found '.'"),
    (
      "9223372036854775808",
      "x.json:1:1: the integer 9223372036854775808 does not fit in 64 bits; with a point or an "
        + "exponent it would be a floating-point number"
    ),
    ("1e400", "x.json:1:1: the number 1e400 is beyond the range of a double"),
    ("-1e-400", "x.json:1:1: the number -1e-400 is beyond the range of a double"),
    ("\"abc", "x.json:1:1: this string is never closed"),
    ("[\n \"abc\n\"]", "x.json:2:2: this string is not closed on its line"),
    (
      "\"a\tb\"",
      "x.json:1:3: control character U+0009 in a string; write it as an escape such as \\t"
    ),
    (
      #""\q""#,
      #"x.json:1:2: unknown escape; expected \" \\ \/ \b \f \n \r \t or \uXXXX"#
    ),
    (#""\u12G4""#, #"x.json:1:2: expected four hexadecimal digits after \u"#),
    (#""\ud83d""#, "x.json:1:2: this surrogate stands alone; surrogates come in pairs"),
    (#""\ude00x""#, "x.json:1:2: this surrogate stands alone; surrogates come in pairs"),
    (#""\ud83d\u0041""#, "x.json:1:2: a high surrogate must be followed by a low one"),
    ("[1 /* 2", "x.json:1:4: this comment is never closed"),
    ("[1 / 2]", "x.json:1:4: expected a comment: // or /* */"),
    ("[\"é€😀\", x]", "x.json:1:9: expected a value, found 'x'"),
    ("/* é\n€ */ x", "x.json:2:6: expected a value, found 'x'"),
    ("\u{FEFF}x", "x.json:1:1: expected a value, found 'x'"),
    ("[€]", "x.json:1:2: expected a value, found '€'"),
  ]

  @Test(arguments: invalid) func refusesWhatIsNot(text: String, message: String) {
    #expect { try JSONValue(parsing: text, file: "x.json") } throws: { error in
      #expect("\(error)" == message)
      return error is JSONSyntaxError
    }
  }

  @Test func refusesBytesThatAreNotUTF8() {
    let error = #expect(throws: JSONSyntaxError.self) {
      try JSONValue(parsing: [0x22, 0xFF, 0x22], file: "x.json")
    }
    #expect(error?.description == "x.json:1:1: this string is not valid UTF-8")
  }

  @Test func commentsAreRefusedWhereOtherProgramsRead() {
    #expect(throws: JSONSyntaxError.self) {
      try JSONValue(strictly: Array("[1] // one".utf8), file: "x.json")
    }
  }

  @Test func nestingIsLimited() throws {
    let deepest = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    _ = try JSONValue(parsing: deepest, file: "x.json")
    let error = #expect(throws: JSONSyntaxError.self) {
      try JSONValue(parsing: String(repeating: "[", count: 1_000_000), file: "x.json")
    }
    #expect(error?.description == "x.json:1:129: nested deeper than 128 levels")
  }

  @Test func everyValueKnowsItsPlace() throws {
    let text = "{\n  // é\n  \"é\": [1,\n    /* € */ true]\n}"
    let root = try JSONValue(parsing: text, file: "x.json")
    #expect(root.origin == .text(line: 1, column: 1))
    #expect(root.members?[0].origin == .text(line: 3, column: 3))
    #expect(root["é"]?.origin == .text(line: 3, column: 8))
    #expect(root["é"]?.elements?[1].origin == .text(line: 4, column: 13))
  }

  @Test func randomMutationsNeverCrashAndGoodOnesSurviveWriting() throws {
    let seedText = #"""
      {"a": [1, -2.5e-3, true, null, "x\u00e9\n😀"], /* c */ "b": {"c": {}, "d": []}} // end
      """#
    var generator = SplitMix64(seed: 11)
    var accepted = 0
    for _ in 0..<20_000 {
      var bytes = Array(seedText.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: place)
        default: bytes.removeSubrange(place..<min(place + 5, bytes.count))
        }
      }
      guard let value = try? JSONValue(parsing: bytes, file: "x.json") else { continue }
      accepted += 1
      #expect(try JSONValue(parsing: value.text(), file: "x.json") == value)
    }
    #expect(accepted > 500)
  }
}
