import Foundation

/// A Markdown page of the package.
struct Document {
  let path: String
  let text: String

  /// The page at a path inside the package.
  init(_ path: String) throws {
    self.path = path
    text = try String(contentsOfFile: ExperimentTests.package + "/" + path, encoding: .utf8)
  }

  /// The README and every page below Docs, sorted; decisions and results apart, which tell of their time.
  static func all(below folder: String? = nil) throws -> [Document] {
    let root = ExperimentTests.package + "/"
    let names = try FileManager.default.subpathsOfDirectory(atPath: root + (folder ?? "Docs"))
      .filter { $0.hasSuffix(".md") }.map { (folder ?? "Docs") + "/" + $0 }
      .filter { !$0.hasPrefix("Docs/Decisions/") && !$0.hasPrefix("Docs/Results/") }
    return try (names + (folder == nil ? ["README.md"] : [])).sorted().map { try Document($0) }
  }

  /// The lines of every fenced block of a language, block by block.
  func blocks(of language: String) -> [[String]] {
    var blocks: [[String]] = []
    var open: (language: Substring, lines: [String])?
    for line in text.components(separatedBy: "\n") {
      guard line.hasPrefix("```") else {
        open?.lines.append(line)
        continue
      }
      if let block = open {
        if block.language == language { blocks.append(block.lines) }
        open = nil
      } else {
        open = (line.dropFirst(3), [])
      }
    }
    return blocks
  }
}
