import Foundation
import Testing

@testable import Train

@Suite struct ConfigExtendsTests {
  private func withFiles<Value>(
    _ files: [String: String], _ body: (String) throws -> Value
  ) throws -> Value {
    try withTemporaryDirectory { folder in
      for (name, text) in files {
        let path = folder + "/" + name
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        try FileManager.default.createDirectory(
          atPath: directory, withIntermediateDirectories: true)
        try AtomicFile.write(text, to: path)
      }
      return try body(folder)
    }
  }

  @Test func anExperimentStatesOnlyWhatDiffers() throws {
    let files = [
      "grand.json": #"{"a": 1, "o": {"x": 1, "y": [1, 2]}, "z": "kept"}"#,
      "base.json": #"{"extends": "grand.json", "o": {"x": 2}, "b": true}"#,
      "own.json": #"// mine\#n{"extends": "base.json", "o": {"y": [3]}, "a": null, "c": 5}"#,
    ]
    try withFiles(files) { folder in
      let root = try ConfigDocument(contentsOf: folder + "/own.json").root
      let expected: JSONValue = [
        "a": nil, "o": ["x": 2, "y": [3]], "z": "kept", "b": true, "c": 5,
      ]
      #expect(root == expected, "\(root.text())")
    }
  }

  /// A fault in a base is reported with the base's file, line and column.
  @Test func faultsNameTheFileTheyAreIn() throws {
    let files = [
      "base.json": "{\n  \"epochs\": \"many\"\n}",
      "own.json": "{\"extends\": \"base.json\",\n \"sedes\": 3}",
    ]
    try withFiles(files) { folder in
      let document = try ConfigDocument(contentsOf: folder + "/own.json")
      let error = #expect(throws: ConfigError.self) {
        try document.decode { ($0.int("epochs", default: 1), $0.int("seeds", default: 1)) }
      }
      let lines = error?.problems.map(\.description) ?? []
      #expect(lines.count == 2)
      #expect(
        lines.contains(
          "\(folder)/base.json:2:13: $.epochs: value is \"many\"; expected an integer"), "\(lines)")
      #expect(
        lines.contains { $0.hasPrefix("\(folder)/own.json:2:2: $: unknown key 'sedes'; did you") },
        "\(lines)")
    }
  }

  /// Relative data paths of a base in another folder keep meaning the same files.
  @Test func pathsFollowTheFileTheyAreIn() throws {
    let files = [
      "common/base.json":
        #"{"data": {"prices": "../prices.csv", "formats": {"../prices.csv": {"decimal": "comma"}}, "other": "x"}}"#,
      "own.json": #"{"extends": "common/base.json", "data": {"indicators": "i.csv"}}"#,
    ]
    try withFiles(files) { folder in
      let root = try ConfigDocument(contentsOf: folder + "/own.json", paths: DataSettings.paths)
        .root
      #expect(root["data"]?["prices"]?.string == "common/../prices.csv")
      #expect(
        root["data"]?["formats"]?["common/../prices.csv"]?["decimal"]?.string == "comma")
      #expect(root["data"]?["indicators"]?.string == "i.csv")
      #expect(root["data"]?["other"]?.string == "x")
    }
  }

  @Test func circlesAndStrangeBasesAreRefused() throws {
    let files = [
      "a.json": #"{"extends": "b.json"}"#, "b.json": #"{"extends": "a.json"}"#,
      "c.json": #"{"extends": 3}"#, "d.json": #"{"extends": "missing.json"}"#,
    ]
    try withFiles(files) { folder in
      let circle = #expect(throws: ConfigError.self) {
        try ConfigDocument(contentsOf: folder + "/a.json")
      }
      #expect(circle?.description.contains("extends itself") == true, "\(circle as Any)")
      let number = #expect(throws: ConfigError.self) {
        try ConfigDocument(contentsOf: folder + "/c.json")
      }
      #expect(
        number?.description
          == "\(folder)/c.json:1:13: $.extends: value is 3; expected the path of a config")
      #expect(throws: FileError.self) { try ConfigDocument(contentsOf: folder + "/d.json") }
    }
  }
}
