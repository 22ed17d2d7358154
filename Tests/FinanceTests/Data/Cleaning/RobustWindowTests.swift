import Autodiff
import Finance
import Testing

@Suite struct RobustWindowTests {
  private func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle])
  }

  /// The bits of the definition: the numbers sorted, and their distances from the median sorted.
  @Test(arguments: [1, 2, 3, 8, 21, 250])
  func medianAndDeviationFollowTheDefinition(capacity: Int) {
    var generator = SplitMix64(seed: UInt64(capacity))
    var window = RobustWindow(capacity: capacity)
    var recent: [Double] = []
    for step in 0..<700 {
      var number = generator.normals(1)[0]
      // Stretches of ties, and of a skewed distribution.
      if step / 100 % 2 == 1 { number = (3 * number).rounded() }
      if step / 100 % 3 == 2 { number *= number * number }
      window.append(number)
      recent = (recent + [number]).suffix(capacity)
      let centre = median(recent)
      #expect(window.median == centre)
      let deviation = median(recent.map { abs($0 - centre) })
      #expect(window.scale == (deviation > 0 ? 1.482602218505602 * deviation : nil))
    }
  }

  @Test func nothingHasNoScale() {
    #expect(RobustWindow(capacity: 5).median == 0 && RobustWindow(capacity: 5).scale == nil)
  }
}
