import Autodiff
import KernelInterface
import Kernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The functions of every instruction set against a wider type.
@Suite struct ElementwiseTests {
  #if arch(x86_64)
    typealias Wide = Float80
  #else
    typealias Wide = Double
  #endif

  /// The largest error in units in the last place of the exact result.
  private func worst(
    _ points: [Element], _ kernel: (Int, Source, Target) -> Void, _ exact: (Wide) -> Wide
  ) -> (ulps: Double, at: Element) {
    var results = [Element](repeating: 0, count: points.count)
    kernel(points.count, points, &results)
    var worst = (ulps: 0.0, at: Element(0))
    for (x, y) in zip(points, results) {
      let reference = exact(Wide(x))
      let rounded = Element(reference)
      if rounded == y || (rounded.isNaN && y.isNaN) { continue }
      let ulps = Double(abs(Wide(y) - reference) / Wide(rounded.ulp))
      if !(ulps <= worst.ulps) { worst = (ulps, x) }
    }
    return worst
  }

  private func points(_ range: ClosedRange<Double>, seed: UInt64) -> [Element] {
    var generator = SplitMix64(seed: seed)
    let width = range.upperBound - range.lowerBound
    return (0..<200_003).map { _ in Element(range.lowerBound + width * generator.uniform()) }
  }

  private let largest = MemoryLayout<Element>.size == 8 ? 709.0 : 88.0

  @Test(arguments: InstructionSet.available)
  func exponentialIsWithinTwoUlp(_ set: InstructionSet) {
    for range in [-largest...largest, -1...1, -1e-6...1e-6] {
      let found = worst(points(range, seed: 1), kernels(for: set).exp, wideExp)
      #expect(found.ulps <= 2, "\(set): \(found)")
    }
  }

  @Test(arguments: InstructionSet.available)
  func logarithmIsWithinTwoUlp(_ set: InstructionSet) {
    for range in [1e-30...1e30, 0.5...2, 0.999...1.001, 1e-37...1e-36] {
      let found = worst(points(range, seed: 2), kernels(for: set).log, wideLog)
      #expect(found.ulps <= 2, "\(set): \(found)")
    }
  }

  @Test(arguments: InstructionSet.available)
  func hyperbolicTangentIsWithinThreeUlp(_ set: InstructionSet) {
    for range in [-30.0...30, -1...1, -1e-5...1e-5] {
      let found = worst(points(range, seed: 3), kernels(for: set).tanh, wideTanh)
      #expect(found.ulps <= 3, "\(set): \(found)")
    }
  }

  @Test(arguments: InstructionSet.available)
  func logisticIsWithinThreeUlp(_ set: InstructionSet) {
    for range in [-largest + 2...largest - 2, -2...2] {
      let found = worst(points(range, seed: 4), kernels(for: set).sigmoid) {
        1 / (1 + wideExp(-$0))
      }
      #expect(found.ulps <= 3, "\(set): \(found)")
    }
  }

  @Test(arguments: InstructionSet.available)
  func extremesHaveTheirLimits(_ set: InstructionSet) {
    let special: [Element] = [
      0, -0.0, .infinity, -.infinity, .nan, 1e4, -1e4, .leastNormalMagnitude,
    ]
    func apply(_ kernel: (Int, Source, Target) -> Void) -> [Element] {
      var y = [Element](repeating: 0, count: special.count)
      kernel(special.count, special, &y)
      return y
    }
    let exp = apply(kernels(for: set).exp)
    #expect(exp[0] == 1 && exp[1] == 1 && exp[2] == .infinity && exp[3] == 0 && exp[4].isNaN)
    #expect(exp[5] == .infinity && exp[6] == 0 && exp[7] == 1)
    let log = apply(kernels(for: set).log)
    #expect(log[0] == -.infinity && log[2] == .infinity && log[3].isNaN && log[4].isNaN)
    #expect(log[6].isNaN)
    let tanh = apply(kernels(for: set).tanh)
    #expect(tanh[0] == 0 && tanh[2] == 1 && tanh[3] == -1 && tanh[4].isNaN && tanh[5] == 1)
    let sigmoid = apply(kernels(for: set).sigmoid)
    #expect(sigmoid[0] == 0.5 && sigmoid[2] == 1 && sigmoid[3] == 0 && sigmoid[4].isNaN)
  }

  /// Negative control: a wrong constant is seen.
  @Test func aWrongFunctionIsCaught() {
    let found = worst(points(-1...1, seed: 5), kernels(for: .base).exp) { wideExp($0) * 1.000_01 }
    #expect(found.ulps > 2)
  }
}

#if arch(x86_64)
  private func wideExp(_ x: Float80) -> Float80 { expl(x) }
  private func wideLog(_ x: Float80) -> Float80 { logl(x) }
  private func wideTanh(_ x: Float80) -> Float80 { tanhl(x) }
#else
  private func wideExp(_ x: Double) -> Double { exp(x) }
  private func wideLog(_ x: Double) -> Double { log(x) }
  private func wideTanh(_ x: Double) -> Double { tanh(x) }
#endif
