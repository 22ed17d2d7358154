/// A TensorBoard event file: scalars by tag and step.
///
/// A sequence of records `length (8 bytes) | masked CRC-32C of it | data | masked CRC-32C of them`,
/// where each record's data is an `Event` message; the first one says the version of the format.
///
/// - Source: TensorFlow, *TFRecord and tf.Example* and `event.proto`.
struct EventFile: Sendable {
  private(set) var bytes: [UInt8] = []
  /// The time that events carry, in seconds since 1970.
  let time: Double

  init(time: Double) {
    self.time = time
    var version = ProtobufMessage()
    version.append(1, time)
    version.append(3, "brain.Event:2")
    record(version)
  }

  /// Adds the scalars of one step.
  mutating func append(step: Int, _ scalars: [(tag: String, value: Double)]) {
    var summary = ProtobufMessage()
    for (tag, number) in scalars {
      var value = ProtobufMessage()
      value.append(1, tag)
      value.append(2, Float(number))
      summary.append(1, value)
    }
    var event = ProtobufMessage()
    event.append(1, time)
    event.append(2, step)
    event.append(5, summary)
    record(event)
  }

  private mutating func record(_ message: ProtobufMessage) {
    let length = withUnsafeBytes(of: UInt64(message.bytes.count).littleEndian) { Array($0) }
    bytes += length
    append(Self.masked(length))
    bytes += message.bytes
    append(Self.masked(message.bytes))
  }

  private mutating func append(_ number: UInt32) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  /// The check value, turned and shifted: a CRC of data that hold a CRC is weak.
  static func masked(_ data: [UInt8]) -> UInt32 {
    let crc = CRC32C.of(data)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }
}
