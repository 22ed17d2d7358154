import Autodiff
import Finance
import Testing

@Suite struct DecimalParserTests {
  private func parse(_ text: String) -> DecimalParser.Number? {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      bytes.baseAddress.flatMap { DecimalParser.number($0, count: bytes.count) }
    }
  }

  /// The oracle is the standard library's conversion, which rounds correctly.
  @Test func agreesWithTheStandardLibraryToTheLastBit() {
    var generator = SplitMix64(seed: 20)
    func digits(_ count: Int) -> String {
      String(decoding: (0..<count).map { _ in UInt8(48 + generator.next() % 10) }, as: UTF8.self)
    }
    for index in 0..<100_000 {
      let whole = Int(generator.next() % 22)
      let fraction = Int(generator.next() % 22) + (whole == 0 ? 1 : 0)
      var text = ["", "-", "+"][index % 3] + digits(whole)
      if fraction > 0 { text += "." + digits(fraction) }
      if index % 4 == 0 {
        text += ["e", "E", "e-", "e+"][Int(generator.next() % 4)] + String(generator.next() % 340)
      }
      let expected = Double(text)
      guard let expected, let number = parse(text), number.length == text.utf8.count,
        number.value.bitPattern == expected.bitPattern
      else {
        Issue.record(
          "\(text): \(String(describing: parse(text))) is not \(String(describing: expected))")
        return
      }
    }
  }

  /// Shortest round-trip texts of random doubles: the 15 to 17 digits that other programs write.
  @Test func readsBackWhatProgramsWrite() {
    var generator = SplitMix64(seed: 21)
    for _ in 0..<100_000 {
      let value =
        (generator.uniform() - 0.3) * [1e-3, 1, 100, 1e5, 1e12][Int(generator.next() % 5)]
      let text = "\(value)"
      guard parse(text)?.value.bitPattern == value.bitPattern else {
        Issue.record("\(text) reads as \(String(describing: parse(text)))")
        return
      }
    }
  }

  @Test(arguments: [
    "0", "-0", "0.000", "00012.50", "18446744073709551616", "18446744073709551615",
    "9007199254740993", "9007199254740992.5", "9007199254740993.0000000000000000001",
    "0.500000000000000166533453693773481063544750213623046875",
    "2.2250738585072011e-308", "4.9e-324", "2e-324", "1.7976931348623157e308", "1e400", "-1e400",
    "0e999999999999", "1e-999999999999", ".5", "1.", "123456789012345678", "1234567890123456789.5",
    "36893488147419103232", "0.0000000000000000000000000000000000000000000001",
  ])
  func roundsHardCasesLikeTheStandardLibrary(_ text: String) throws {
    let number = try #require(parse(text))
    #expect(number.length == text.utf8.count)
    // The standard library reads an underflow as nil on some platforms, and it wants digits.
    if let expected = Double(text) { #expect(number.value.bitPattern == expected.bitPattern) }
  }

  @Test(arguments: ["", "-", "+", ".", "-.", "e5", "abc", ",1", "inf", "nan", "--1", "+-1", " 1"])
  func whatIsNotANumberIsRefused(_ text: String) {
    #expect(parse(text)?.value == nil)
  }

  @Test(arguments: [("1.5,2", 3), ("1e,", 1), ("1e+", 1), ("12abc", 2), ("0x10", 1), ("1.2.3", 3)])
  func stopsAtTheFirstByteThatDoesNotBelong(_ text: String, length: Int) {
    #expect(parse(text)?.length == length)
  }
}
