import Testing

@testable import Train

@Suite struct ValueFormatTests {
  @Test(arguments: [
    (ValueFormat.number(digits: 2), 1.006, "1.01"), (.number(digits: 2), -0.004, "0.00"),
    (.percent(digits: 1), -0.0837, "−8.4\u{202F}%"),
    (.basisPoints(digits: 0), 0.0042, "42\u{202F}bp"),
    (.multiple(digits: 2), 2.5, "2.50×"), (.number(digits: 0), 12_345.6, "12\u{202F}346"),
    (.percent(digits: 0), .nan, "–"), (.number(digits: 1), .infinity, "–"),
  ])
  func numbersReadAsPeopleWriteThem(format: ValueFormat, value: Double, text: String) {
    #expect(format.text(value) == text)
  }
}
