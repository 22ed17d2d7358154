import Foundation
import Testing

@testable import Train

@Suite struct AtomicFileTests {
  private struct Interruption: Error {}

  @Test func replacesTheFileAndLeavesNothingElse() throws {
    let directory = try TemporaryDirectory()
    try AtomicFile.write("old", to: directory.path + "/a.txt")
    try AtomicFile.write("new é", to: directory.path + "/a.txt")
    #expect(try directory.text("a.txt") == "new é")
    #expect(try directory.names() == ["a.txt"])
  }

  @Test func failureWhileWritingLeavesTheOldFile() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/a.txt"
    try AtomicFile.write("old", to: path)
    #expect(throws: Interruption.self) {
      try AtomicFile.write(to: path) { output in
        try output.write(Array("half of the new".utf8))
        throw Interruption()
      }
    }
    #expect(try directory.text("a.txt") == "old")
    #expect(try directory.names() == ["a.txt"])
  }

  @Test func failureToReplaceLeavesNoTemporaryFile() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/taken"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let error = #expect(throws: FileError.self) { try AtomicFile.write("x", to: path) }
    #expect(error?.description == "\(path): cannot replace: Is a directory")
    #expect(try directory.names() == ["taken"])
  }

  @Test func missingDirectoryIsNamed() throws {
    let path = try TemporaryDirectory().path + "/missing/a.txt"
    let error = #expect(throws: FileError.self) { try AtomicFile.write("x", to: path) }
    #expect(
      error?.description
        == "\(path): cannot create a file beside: No such file or directory")
  }

  @Test func permissionsOfTheOldFileAreKept() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/a.txt"
    try AtomicFile.write("old", to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try AtomicFile.write("new", to: path)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
  }

  @Test func bytesComeBackAsTheyWereWritten() throws {
    let directory = try TemporaryDirectory()
    let bytes = (0..<700_001).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    try AtomicFile.write(bytes, to: directory.path + "/b")
    #expect(try FileBytes.read(directory.path + "/b") == bytes)
  }

  @Test func readingAMissingFileNamesIt() {
    let error = #expect(throws: FileError.self) { try FileBytes.read("/nonexistent/x.json") }
    #expect(error?.description == "/nonexistent/x.json: cannot open: No such file or directory")
  }
}
