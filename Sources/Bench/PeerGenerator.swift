#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

/// The input generator that all programs of a comparison share: a 64-bit linear congruential
/// generator, uniforms `((state >> 11) + ½) 2⁻⁵³`, normals by Box–Muller on consecutive uniforms.
struct PeerGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (Double(state >> 11) + 0.5) * 0x1p-53
  }

  /// Normals; an odd count drops the last one drawn.
  mutating func normals(_ count: Int) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(count + 1)
    while numbers.count < count {
      let radius = (-2 * log(uniform())).squareRoot()
      let angle = 2 * Double.pi * uniform()
      numbers.append(radius * cos(angle))
      numbers.append(radius * sin(angle))
    }
    if numbers.count > count { numbers.removeLast() }
    return numbers
  }

  /// Uniform in ±bound.
  mutating func symmetric(_ bound: Double, _ count: Int) -> [Double] {
    (0..<count).map { _ in bound * (2 * uniform() - 1) }
  }
}
