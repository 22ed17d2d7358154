import Testing

@testable import Train

@Suite struct CRC32CTests {
  /// RFC 3720, appendix B.4; the last one is the check value of the catalogue of CRCs.
  @Test func knownVectors() {
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.of([UInt8](0..<32)) == 0x46DD_794E)
    #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.of([]) == 0)
  }

  @Test func piecesGiveTheSameAsTheWhole() {
    let bytes = (0..<100).map { UInt8($0 * 7 & 0xFF) }
    var crc = CRC32C()
    for piece in [bytes[..<3], bytes[3..<3], bytes[3..<64], bytes[64...]] { crc.update(piece) }
    #expect(crc.value == CRC32C.of(bytes))
  }
}
