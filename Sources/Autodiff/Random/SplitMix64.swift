#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// A small, fast, splittable generator of pseudo-random numbers with the same stream on every
/// platform.
///
/// There is no global generator: randomness enters where a generator is passed, and independent
/// uses take independent streams by name: `root.split("fold 3").split("dropout")`.
///
/// - Source: Steele, Lea & Flood (2014), *Fast Splittable Pseudorandom Number Generators*,
///   OOPSLA; constants of Vigna's `splitmix64.c`.
public struct SplitMix64: RandomNumberGenerator, Sendable, Hashable {
  /// The whole state; saving it and setting it continues the stream.
  public var state: UInt64

  /// A generator whose stream is determined by `seed` alone.
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// A generator for one named use, independent of this one and of every other name.
  ///
  /// The parent does not advance: the same parent and name always give the same stream, whatever
  /// was drawn or split in between from elsewhere.
  public func split(_ name: String) -> SplitMix64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a over the name's bytes
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return SplitMix64(seed: Self.mix(Self.mix(state ^ 0x6A09_E667_F3BC_C909) ^ Self.mix(hash)))
  }

  /// A uniform number in the open interval (0, 1): `((bits >> 11) + ½) · 2⁻⁵³`.
  public mutating func uniform() -> Double {
    (Double(next() >> 11) + 0.5) * 0x1p-53
  }

  /// Two independent standard normal numbers, by Box–Muller: the cosine branch, then the sine.
  public mutating func normalPair() -> (Double, Double) {
    let radius = (-2 * log(uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    return (radius * cos(angle), radius * sin(angle))
  }

  /// `count` independent standard normal numbers; the surplus one of an odd count is dropped.
  public mutating func normals(_ count: Int) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(count + 1)
    while numbers.count < count {
      let pair = normalPair()
      numbers.append(pair.0)
      numbers.append(pair.1)
    }
    if numbers.count > count { numbers.removeLast() }
    return numbers
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
