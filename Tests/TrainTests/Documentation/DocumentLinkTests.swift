import Foundation
import Testing

/// Every link of the documents to a file of the package leads somewhere.
@Suite struct DocumentLinkTests {
  @Test func everyLinkLeadsSomewhere() throws {
    let manager = FileManager.default
    let root = ExperimentTests.package + "/"
    let pages =
      try manager.subpathsOfDirectory(atPath: root + "Docs").map { "Docs/" + $0 }
      + ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Experiments/Data/README.md"]
    var count = 0
    for page in pages where page.hasSuffix(".md") {
      let text = try String(contentsOfFile: root + page, encoding: .utf8)
      let folder = URL(fileURLWithPath: root + page).deletingLastPathComponent()
      for match in text.matches(of: /\]\(([^)\s]+)\)/) {
        let target = match.1.prefix { $0 != "#" }
        guard !target.isEmpty, !target.contains("://"), !target.hasPrefix("mailto:") else {
          continue
        }
        count += 1
        let path = folder.appending(path: String(target)).standardizedFileURL.path
        #expect(manager.fileExists(atPath: path), "\(page): \(match.1)")
      }
    }
    #expect(count > 20)
  }
}
