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

  /// One function with its ranges, the bound it documents and the exact value.
  struct Function: CustomStringConvertible, Sendable {
    let description: String
    let kernel: @Sendable (any KernelProtocol.Type, Int, Source, Target) -> Void
    let ranges: [ClosedRange<Double>]
    let exact: @Sendable (Wide) -> Wide
  }

  static let largest = MemoryLayout<Element>.size == 8 ? 709.0 : 88.0

  static let functions = [
    Function(
      description: "exp", kernel: { $0.exp($1, $2, into: $3) },
      ranges: [-largest...largest, -1...1, -1e-6...1e-6], exact: wideExp),
    Function(
      description: "log", kernel: { $0.log($1, $2, into: $3) },
      ranges: [1e-30...1e30, 0.5...2, 0.999...1.001, 1e-37...1e-36], exact: wideLog),
    Function(
      description: "tanh", kernel: { $0.tanh($1, $2, into: $3) },
      ranges: [-20...20, -1...1, -1e-5...1e-5], exact: wideTanh),
    Function(
      description: "sigmoid", kernel: { $0.sigmoid($1, $2, into: $3) },
      ranges: [-largest + 2...largest - 2, -50 ... -30, -4...4],
      exact: { 1 / (1 + wideExp(-$0)) }),
    Function(
      description: "elu", kernel: { $0.elu($1, $2, into: $3) },
      ranges: [-50...10, -1...0.1, -1e-6...1e-6], exact: { $0 > 0 ? $0 : wideExpm1($0) }),
    Function(
      description: "softplus", kernel: { $0.softplus($1, $2, into: $3) },
      ranges: [-largest + 2...100, -3...3, -40 ... -20],
      exact: { max($0, 0) + wideLog1p(wideExp(-abs($0))) }),
  ]

  private func points(_ range: ClosedRange<Double>, seed: UInt64) -> [Element] {
    var generator = SplitMix64(seed: seed)
    let width = range.upperBound - range.lowerBound
    return (0..<Self.count).map { _ in Element(range.lowerBound + width * generator.uniform()) }
  }

  /// Points of each range: two million in all over three instruction sets.
  static let count = 35_003

  @Test("Within 2 ulp of the exact value", arguments: InstructionSet.available, functions)
  func isWithinTwoUlp(_ set: InstructionSet, _ function: Function) {
    for (index, range) in function.ranges.enumerated() {
      let found = worst(
        points(range, seed: UInt64(index)),
        { function.kernel(kernels(for: set), $0, $1, $2) }, function.exact)
      // Without fused multiply-adds the remainder that tanh gives back is not exact.
      let limit: Double = set == .base && function.description == "tanh" ? 3 : 2
      #expect(found.ulps <= limit, "\(function) in \(range), \(set): \(found)")
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
    let elu = apply(kernels(for: set).elu)
    #expect(elu[0] == 0 && elu[2] == .infinity && elu[3] == -1 && elu[4].isNaN && elu[5] == 1e4)
    let softplus = apply(kernels(for: set).softplus)
    #expect(softplus[2] == .infinity && softplus[3] == 0 && softplus[4].isNaN)
    #expect(softplus[5] == 1e4 && softplus[6] == 0)
    #expect(sigmoid[0] == 0.5 && sigmoid[2] == 1 && sigmoid[3] == 0 && sigmoid[4].isNaN)
  }

  /// Negative control: a wrong constant is seen.
  @Test func aWrongFunctionIsCaught() {
    let found = worst(points(-1...1, seed: 5), kernels(for: .base).exp) { wideExp($0) * 1.000_01 }
    #expect(found.ulps > 2)
  }
}

#if arch(x86_64)
  private func wideExpm1(_ x: Float80) -> Float80 { expm1l(x) }
  private func wideLog1p(_ x: Float80) -> Float80 { log1pl(x) }
  private func wideExp(_ x: Float80) -> Float80 { expl(x) }
  private func wideLog(_ x: Float80) -> Float80 { logl(x) }
  private func wideTanh(_ x: Float80) -> Float80 { tanhl(x) }
#else
  private func wideExpm1(_ x: Double) -> Double { expm1(x) }
  private func wideLog1p(_ x: Double) -> Double { log1p(x) }
  private func wideExp(_ x: Double) -> Double { exp(x) }
  private func wideLog(_ x: Double) -> Double { log(x) }
  private func wideTanh(_ x: Double) -> Double { tanh(x) }
#endif
