import Autodiff
import Testing

@testable import Train

@Suite struct OneStandardErrorRuleTests {
  private let noise: [Double] = {
    var generator = SplitMix64(seed: 8)
    return generator.normals(400).map { 0.01 * $0 }
  }()

  private func series(_ mean: Double, _ range: Range<Int> = 0..<200) -> [Double] {
    noise[range].map { $0 + mean }
  }

  @Test func equalCandidatesTakeTheStrongest() {
    #expect(OneStandardErrorRule.choice(among: [series(0.001), series(0.001), series(0.001)]) == 2)
  }

  /// The same noise: the smallest cost of Sharpe is far above the error of the difference.
  @Test func aClearLossIsNotTaken() {
    let candidates = [series(0.001), series(0.002), series(0.0005), series(-0.001)]
    #expect(OneStandardErrorRule.choice(among: candidates) == 1)
  }

  /// Other noise: a difference within its error does not keep from the stronger one.
  @Test func aLossWithinItsErrorIsTaken() {
    let candidates = [series(0.0012), series(0.001, 200..<400), series(-0.02, 200..<400)]
    #expect(OneStandardErrorRule.choice(among: candidates) == 1)
  }

  @Test func aWeakerOneIsNeverPreferred() {
    #expect(OneStandardErrorRule.choice(among: [series(0.0011), series(0.0012)]) == 1)
    #expect(OneStandardErrorRule.choice(among: [series(0.001)]) == 0)
  }
}
