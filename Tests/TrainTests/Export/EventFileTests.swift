import Foundation
import Testing

@testable import Train

@Suite struct EventFileTests {
  /// A record as TensorFlow writes it, checked byte by byte.
  @Test func recordsAreFramedByMaskedChecks() {
    var file = EventFile(time: 1.5)
    file.append(step: 300, [("a", 0.25)])
    let bytes = file.bytes
    // version: wall_time (field 1, double), file_version (field 3, "brain.Event:2")
    let version: [UInt8] =
      [0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0x1A, 13] + Array("brain.Event:2".utf8)
    // wall_time, step 300 as a varint, summary { value { tag "a", simple_value 0.25 } }
    let event: [UInt8] =
      [0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0x10, 0xAC, 0x02]
      + [0x2A, 10, 0x0A, 8, 0x0A, 1, 0x61, 0x15, 0, 0, 0x80, 0x3E]
    var rest = bytes[...]
    for data in [version, event] {
      let length = Array(rest.prefix(8))
      #expect(length == [UInt8(data.count), 0, 0, 0, 0, 0, 0, 0])
      rest = rest.dropFirst(8)
      #expect(Array(rest.prefix(4)) == little(EventFile.masked(length)))
      rest = rest.dropFirst(4)
      #expect(Array(rest.prefix(data.count)) == data)
      rest = rest.dropFirst(data.count)
      #expect(Array(rest.prefix(4)) == little(EventFile.masked(data)))
      rest = rest.dropFirst(4)
    }
    #expect(rest.isEmpty)
  }

  private func little(_ number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  @Test func numbersOfEveryWireType() {
    var message = ProtobufMessage()
    message.append(1, -1)
    #expect(message.bytes == [0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x01])
    message = ProtobufMessage()
    message.append(16, 0)
    #expect(message.bytes == [0x80, 0x01, 0])
  }
}
