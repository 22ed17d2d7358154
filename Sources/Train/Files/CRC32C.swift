/// The cyclic redundancy check CRC-32C: polynomial 0x1EDC6F41, reflected, start and end inverted.
///
/// - Source: Castagnoli, Bräuer & Herrmann (1993), *Optimization of cyclic redundancy-check codes*;
///   RFC 3720, appendix B.4, for the test vectors.
package struct CRC32C: Sendable {
  private var register: UInt32 = 0xFFFF_FFFF

  package init() {}

  /// The check value of all bytes so far.
  package var value: UInt32 { ~register }

  /// Takes further bytes in.
  package mutating func update(_ bytes: some Sequence<UInt8>) {
    var crc = register
    for byte in bytes { crc = Self.table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
    register = crc
  }

  /// The check value of some bytes.
  package static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc = CRC32C()
    crc.update(bytes)
    return crc.value
  }

  private static let table: [UInt32] = (0..<256).map { index in
    var value = UInt32(index)
    for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0x82F6_3B78 : value >> 1 }
    return value
  }
}
