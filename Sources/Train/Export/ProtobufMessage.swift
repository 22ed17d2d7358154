/// The bytes of a protocol-buffer message, written field by field: as much of the format as event
/// files need.
///
/// - Source: Google, *Protocol Buffers: Encoding*.
struct ProtobufMessage: Sendable {
  private(set) var bytes: [UInt8] = []

  /// A field of wire type 1: eight bytes, little-endian.
  mutating func append(_ field: Int, _ value: Double) {
    key(field, wireType: 1)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  /// A field of wire type 5: four bytes, little-endian.
  mutating func append(_ field: Int, _ value: Float) {
    key(field, wireType: 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  /// A field of wire type 0; a negative number takes ten bytes.
  mutating func append(_ field: Int, _ value: Int) {
    key(field, wireType: 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// A field of wire type 2.
  mutating func append(_ field: Int, _ text: String) { append(field, Array(text.utf8)) }

  /// A field of wire type 2.
  mutating func append(_ field: Int, _ message: ProtobufMessage) { append(field, message.bytes) }

  private mutating func append(_ field: Int, _ content: [UInt8]) {
    key(field, wireType: 2)
    varint(UInt64(content.count))
    bytes += content
  }

  private mutating func key(_ field: Int, wireType: Int) { varint(UInt64(field << 3 | wireType)) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
