import Autodiff
import Testing

@testable import Train

@Suite struct ValueScaleTests {
  @Test func ticksIncreaseAndLieInTheDomain() {
    var generator = SplitMix64(seed: 1)
    for _ in 0..<2000 {
      let center = (generator.uniform() - 0.5) * 100
      let width = generator.uniform() * generator.uniform() * 50
      let scale = ValueScale(linear: center...(center + width))
      #expect((2...12).contains(scale.ticks.count))
      #expect(zip(scale.ticks, scale.ticks.dropFirst()).allSatisfy { $0 < $1 })
      #expect(scale.ticks.allSatisfy { $0 >= scale.lower - 1e-9 && $0 <= scale.upper + 1e-9 })
      let log = ValueScale(logarithmic: (0.01 + abs(center))...(0.011 + abs(center) + width))
      #expect((1...13).contains(log.ticks.count))
      #expect(zip(log.ticks, log.ticks.dropFirst()).allSatisfy { $0 < $1 })
      #expect(log.ticks.allSatisfy { (-1e-9...1 + 1e-9).contains(log.position($0)) })
    }
  }

  @Test func knownTicks() {
    #expect(
      ValueScale(linear: 0...1, pinned: [0, 1]).ticks == [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1])
    #expect(
      ValueScale(linear: -0.4...0, count: 4, pinned: [0]).ticks == [-0.4, -0.2, 0])
    #expect(ValueScale(logarithmic: 0.9...12).ticks == [1, 2, 5, 10])
    #expect(ValueScale(logarithmic: 0.5...40_000).ticks == [1, 10, 100, 1000, 10_000])
    #expect(ValueScale(logarithmic: 0.98...3.9).ticks == [1, 2, 3, 4])
  }

  @Test func pinnedEndsStay() {
    let scale = ValueScale(linear: -0.3...0, pinned: [0])
    #expect(scale.upper == 0 && scale.lower < -0.3)
    #expect(scale.position(0) == 0)
    #expect(scale.position(scale.lower) == 1)
  }

  @Test(arguments: [0.0, 5, -0.01]) func constantsHaveADomain(value: Double) {
    let scale = ValueScale(linear: value...value)
    #expect(scale.lower < value && value < scale.upper)
    #expect(scale.ticks.count >= 2)
    #expect(ValueScale(linear: 0...0, pinned: [0]).upper > 0)
  }

  @Test func logarithmsOfWhatIsNotPositiveAreMissing() {
    let scale = ValueScale(logarithmic: 1...10)
    #expect(scale.position(0).isNaN && scale.position(-1).isNaN)
    #expect(abs(scale.position(10.0.squareRoot()) - 0.5) < 1e-12)
  }

  @Test func tickDigitsTellNeighboursApart() {
    #expect(ValueScale(linear: 0...1, pinned: [0, 1]).tickDigits(scaledBy: 1) == 1)
    #expect(ValueScale(linear: 0...1, pinned: [0, 1]).tickDigits(scaledBy: 100) == 0)
    #expect(ValueScale(linear: 0...0.001, pinned: [0]).tickDigits(scaledBy: 100) == 3)
  }
}
