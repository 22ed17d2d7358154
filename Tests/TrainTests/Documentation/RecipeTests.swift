import Foundation
import Testing

/// The Swift code of the recipes is code that the tests compile and run.
@Suite struct RecipeTests {
  @Test func everyBlockIsInTheTests() throws {
    let root = ExperimentTests.package + "/Tests"
    let sources = try FileManager.default.subpathsOfDirectory(atPath: root)
      .filter { $0.hasSuffix(".swift") }
      .map { Self.code(try String(contentsOfFile: root + "/" + $0, encoding: .utf8)) }
    let recipes = try Document.all(below: "Docs/Recipes")
    #expect(recipes.count >= 5)
    for recipe in recipes {
      for block in recipe.blocks(of: "swift") {
        let code = Self.code(block.joined(separator: "\n"))
        #expect(
          sources.contains { $0.contains(code) },
          "\(recipe.path): no test has this code:\n\(block.joined(separator: "\n"))")
      }
    }
  }

  /// Lines without indentation, empty lines and imports.
  private static func code(_ text: String) -> String {
    text.components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.contains("import ") }.joined(separator: "\n")
  }
}
