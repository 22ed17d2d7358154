import Autodiff
import Foundation
import Testing

@testable import Train

@Suite struct SafetensorsTests {
  private static func sample() -> Safetensors {
    let payload = Double(bitPattern: 0x7FF0_0000_0000_BEEF)  // a signalling NaN with a payload
    var file = Safetensors(metadata: ["format": "keel", "é": "\"\n"])
    file.append("z.bias", shape: [3], .float32([1, -0.0, Float(bitPattern: 0xFFC1_2345)]))
    file.append(
      "a weight", shape: [2, 2], .float64([payload, .leastNonzeroMagnitude, -.infinity, 0.1]))
    file.append("step", shape: [], .int64([.min]))
    file.append("seed", shape: [1], .uint64([.max]))
    file.append("empty", shape: [0, 7], .float32([]))
    return file
  }

  @Test func survivesToTheBitInItsOrder() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/x.safetensors"
    let file = Self.sample()
    try file.write(to: path)
    let back = try Safetensors(contentsOf: path)
    #expect(back == file)
    #expect(back.entries.map(\.name) == ["z.bias", "a weight", "step", "seed", "empty"])
    #expect(back.encoded() == file.encoded())
  }

  @Test func equalityComparesBits() {
    #expect(Safetensors.Elements.float64([.nan]) == .float64([.nan]))
    #expect(Safetensors.Elements.float64([0.0]) != .float64([-0.0]))
    #expect(Safetensors.Elements.float64([1]) != .int64([1]))
  }

  @Test func dataIsAlignedAndTheHeaderPaddedBySpaces() throws {
    let bytes = Self.sample().encoded()
    let length = Int(bytes[0]) + Int(bytes[1]) << 8
    #expect(length % 8 == 0)
    #expect(bytes[8] == UInt8(ascii: "{"))
    let header = try JSONValue(strictly: Array(bytes[8..<8 + length]), file: "header")
    #expect(header["a weight"]?["data_offsets"] == [0, 32])
    #expect(header["z.bias"]?["data_offsets"] == [48, 60])
  }

  /// Made by Python's `safetensors` 0.8.0 of
  /// `{"w": f64 [[1.5, -0.0], [nan, 5e-324]], "b": f32 [1, 2, -3.5], "n": i64 [-7],
  /// "s": u64 [2**64-1], "scalar": f64 0.1, "empty": f64 zeros (0, 3)}`.
  private static let python = """
    iAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyLDqSI6IsO8XG4iLCJmcmFtZXdvcmsiOiJudW1weSJ9LCJzIjp7ImR0eXBlIjo\
    iVTY0Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0sIm4iOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzFdLC\
    JkYXRhX29mZnNldHMiOls4LDE2XX0sImVtcHR5Ijp7ImR0eXBlIjoiRjY0Iiwic2hhcGUiOlswLDNdLCJkYXRhX29mZnNld\
    HMiOlsxNiwxNl19LCJzY2FsYXIiOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzE2LDI0XX0s\
    InciOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6WzIsMl0sImRhdGFfb2Zmc2V0cyI6WzI0LDU2XX0sImIiOnsiZHR5cGUiOiJ\
    GMzIiLCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldHMiOls1Niw2OF19fSAgIP//////////+f////////+amZmZmZm5PwAAAA\
    AAAPg/AAAAAAAAAIAAAAAAAAD4fwEAAAAAAAAAAACAPwAAAEAAAGDA
    """

  @Test func readsWhatPythonWrites() throws {
    let bytes = Array(try #require(Data(base64Encoded: Self.python)))
    let file = try Safetensors(decoding: bytes, file: "python")
    #expect(file.metadata == ["framework": "numpy", "é": "ü\n"])
    #expect(file["w"]?.shape == [2, 2])
    #expect(
      file["w"]?.elements
        == .float64([1.5, -0.0, Double(bitPattern: 0x7FF8_0000_0000_0000), .leastNonzeroMagnitude]))
    #expect(file["b"]?.elements == .float32([1, 2, -3.5]))
    #expect(file["n"]?.elements == .int64([-7]))
    #expect(file["s"]?.elements == .uint64([.max]))
    #expect(file["scalar"]?.shape == [])
    #expect(file["scalar"]?.elements == .float64([0.1]))
    #expect(file["empty"]?.shape == [0, 3])
  }

  private static func file(_ header: String, data: Int, announced: UInt64? = nil) -> [UInt8] {
    let length = announced ?? UInt64(header.utf8.count)
    return withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  private static func entry(
    _ name: String, _ dtype: String, _ shape: String, _ start: Int, _ end: Int
  ) -> String {
    "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}"
  }

  static let corrupt: [(bytes: [UInt8], problem: String)] = [
    ([1, 2, 3], "3 bytes; expected at least 8 for the length of the header"),
    (
      file("{}", data: 0, announced: 3),
      "the header should have 3 bytes, but only 2 follow; the file is truncated or of another kind"
    ),
    (
      file("{}", data: 0, announced: .max),
      "the header should have 18446744073709551615 bytes, but only 2 follow; the file is truncated "
        + "or of another kind"
    ),
    (file("{\"a\":", data: 0), "header:1:6: expected a value, found the end of the text"),
    (file("[]", data: 0), "the header is an array of 0 values; expected an object"),
    (file("{\"a\":{}}", data: 0), "array 'a' has no dtype"),
    (file("{\"a\":3}", data: 0), "array 'a' has no dtype"),
    (
      file("{\(entry("a", "BF16", "[1]", 0, 2))}", data: 2),
      "array 'a' has dtype BF16; expected F64, F32, I64 or U64"
    ),
    (
      file("{\(entry("a", "F64", "[-1]", 0, 8))}", data: 8),
      "array 'a' has no shape of non-negative integers"
    ),
    (
      file("{\(entry("a", "F64", "[1.0]", 0, 8))}", data: 8),
      "array 'a' has no shape of non-negative integers"
    ),
    (
      file("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0]}}", data: 8),
      "array 'a' has no data_offsets of two integers"
    ),
    (
      file("{\(entry("a", "F64", "[2]", 0, 16))}", data: 8),
      "array 'a' has data_offsets 0..16 outside of the 8 bytes of data; the file is truncated or "
        + "damaged"
    ),
    (
      file("{\(entry("a", "F64", "[1]", 8, 0))}", data: 8),
      "array 'a' has data_offsets 8..0 outside of the 8 bytes of data; the file is truncated or "
        + "damaged"
    ),
    (
      file("{\(entry("a", "F64", "[3037000500,3037000500]", 0, 8))}", data: 8),
      "array 'a' has the impossible shape [3037000500, 3037000500]"
    ),
    (
      file("{\(entry("a", "F64", "[2]", 0, 8))}", data: 8),
      "array 'a' of dtype F64 and shape [2] takes 16 bytes, but its data_offsets span 8"
    ),
    (
      file("{\(entry("a", "F64", "[1]", 0, 8)),\(entry("b", "F32", "[2]", 4, 12))}", data: 12),
      "the data of the arrays 'a' and 'b' overlap"
    ),
    (
      file("{\(entry("a", "F32", "[1]", 4, 8))}", data: 8),
      "bytes 0..4 of the data belong to no array"
    ),
    (
      file("{\(entry("a", "F64", "[1]", 0, 8))}", data: 9),
      "the last 1 bytes of the data belong to no array"
    ),
    (
      file("{\"__metadata__\":{\"a\":1}}", data: 0),
      "__metadata__: 'a' is 1; expected a string"
    ),
    (
      file("{\(entry("a", "F64", "[0]", 0, 0)),\(entry("a", "F64", "[0]", 0, 0))}", data: 0),
      "header:1:55: key \"a\" is given twice; the first is at line 1, column 2"
    ),
  ]

  @Test(arguments: corrupt.indices) func corruptionIsNamed(index: Int) {
    let (bytes, problem) = Self.corrupt[index]
    let error = #expect(throws: SafetensorsError.self) {
      try Safetensors(decoding: bytes, file: "x.safetensors")
    }
    #expect(error?.description == "x.safetensors: not a valid safetensors file: \(problem)")
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = Self.sample().encoded()
    for count in 0..<bytes.count {
      #expect(throws: SafetensorsError.self) {
        try Safetensors(decoding: Array(bytes[..<count]), file: "x")
      }
    }
  }

  @Test func randomDamageNeverCrashes() {
    var generator = SplitMix64(seed: 3)
    let bytes = Self.sample().encoded()
    var refused = 0
    for _ in 0..<5000 {
      var damaged = bytes
      for _ in 0..<2 {
        damaged[Int.random(in: 0..<400, using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      if (try? Safetensors(decoding: damaged, file: "x")) == nil { refused += 1 }
    }
    #expect(refused > 2500)
  }
}
