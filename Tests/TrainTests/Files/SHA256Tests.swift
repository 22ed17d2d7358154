import Testing

@testable import Train

@Suite struct SHA256Tests {
  /// FIPS 180-4 example vectors (NIST, *Cryptographic Standards and Guidelines: Examples*).
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
        + "lmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func matchesTheStandard(text: String, expected: String) {
    #expect(SHA256.hex(of: Array(text.utf8)) == expected)
  }

  @Test func aMillionTimesAMatchesTheStandard() {
    #expect(
      SHA256.hex(of: [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func piecesOfAnySizeGiveTheSameAsTheWhole() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let whole = SHA256.hex(of: bytes)
    for size in [1, 3, 55, 56, 63, 64, 65, 130] {
      var hash = SHA256()
      for start in stride(from: 0, to: bytes.count, by: size) {
        bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { hash.update($0) }
      }
      #expect(hash.hex() == whole)
    }
  }

  @Test func hashesFilesOfManyChunks() throws {
    let directory = try TemporaryDirectory()
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    try AtomicFile.write(bytes, to: directory.path + "/a")
    #expect(try SHA256.hex(ofFile: directory.path + "/a") == SHA256.hex(of: bytes))
  }
}
