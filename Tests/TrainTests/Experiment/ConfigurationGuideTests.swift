import Foundation
import Testing

@testable import Train

@Suite struct ConfigurationGuideTests {
  @Test func everyKeyIsExplained() {
    let entries = ConfigDocument.entries { Experiment($0) }
    #expect(entries.count > 40)
    for entry in entries { #expect(!entry.about.isEmpty, "\(entry.path)") }
    #expect(Set(entries.map(\.path)).count == entries.count)
  }

  /// Run 'train config > Docs/Configuration.md' after a change of the schema.
  @Test func theDocumentIsTheGeneratedOne() throws {
    let path = ExperimentTests.package + "/Docs/Configuration.md"
    let stored = try String(contentsOfFile: path, encoding: .utf8)
    #expect(stored == ConfigurationGuide.markdown)
  }
}
