import Autodiff
import Testing

@Suite struct SplitMix64Tests {
  /// First outputs of Vigna's reference `splitmix64.c` for seed 1234567.
  @Test func matchesTheReferenceStream() {
    var generator = SplitMix64(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    for value in expected { #expect(generator.next() == value) }
  }

  @Test func normalsMatchTheirGoldenValues() {
    var generator = SplitMix64(seed: 42)
    let normals = generator.normals(3)
    #expect(abs(normals[0] - 0.41471975043153037) < 1e-15)
    #expect(abs(normals[1] - 0.6526812221519428) < 1e-15)
    #expect(normals.count == 3)
  }

  @Test func splitsAreNamedIndependentAndLeaveTheParentAlone() {
    let root = SplitMix64(seed: 7)
    var (first, again, other) = (root.split("a"), root.split("a"), root.split("b"))
    #expect(first.next() == again.next())
    #expect(first.next() != other.next())
    #expect(root == SplitMix64(seed: 7))
  }

  @Test func uniformsStayInTheOpenInterval() {
    var generator = SplitMix64(seed: 3)
    var sum = 0.0
    for _ in 0..<10_000 {
      let u = generator.uniform()
      #expect(u > 0 && u < 1)
      sum += u
    }
    #expect(abs(sum / 10_000 - 0.5) < 0.02)
  }
}
