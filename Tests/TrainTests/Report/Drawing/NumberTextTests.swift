import Autodiff
import Testing

@testable import Train

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.0, 0, "0"), (-0.0, 2, "0.00"), (0.05, 1, "0.1"), (-0.05, 1, "−0.1"), (9.995, 0, "10"),
    (1234, 0, "1234"), (-1_234_567.891, 2, "−1\u{202F}234\u{202F}567.89"), (0.5, 3, "0.500"),
    (1e20, 2, "1e+20"), (.nan, 2, "–"), (-.infinity, 2, "–"),
  ])
  func fixedDigits(value: Double, digits: Int, text: String) {
    #expect(NumberText.fixed(value, digits: digits) == text)
  }

  @Test func roundedNumbersAreShortAndNear() {
    var generator = SplitMix64(seed: 2)
    for exponent in -20...5 {
      var scale = 1.0
      for _ in 0..<abs(exponent) { scale *= exponent < 0 ? 0.1 : 10 }
      let value = (generator.uniform() - 0.5) * scale
      let rounded = NumberText.rounded(value)
      #expect(abs(rounded - value) <= 0.5000001e-4 * abs(value))
      #expect(rounded.description.filter(\.isNumber).count <= 10, "\(rounded)")
    }
    #expect(NumberText.rounded(0.123456789) == 0.12346)
    #expect(NumberText.rounded(0) == 0)
    #expect(NumberText.rounded(.nan).isNaN)
  }
}
