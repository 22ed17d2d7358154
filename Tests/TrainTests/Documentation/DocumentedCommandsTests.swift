import Testing

@testable import Train

/// Every command of the program in README and Docs is one that it understands.
@Suite struct DocumentedCommandsTests {
  @Test func everyCommandIsUnderstood() throws {
    var count = 0
    for document in try Document.all() {
      for line in document.blocks(of: "sh").joined() {
        guard let words = Self.arguments(line) else { continue }
        count += 1
        do {
          _ = try TrainProgram.program.parse(words)
        } catch { Issue.record("\(document.path): \(line)\n\(error)") }
      }
    }
    #expect(count >= 15)
  }

  /// Commands in the running text, where they have no ellipsis.
  @Test func commandsInTheTextAreUnderstood() throws {
    var count = 0
    for document in try Document.all() {
      let pieces = document.text.split(separator: "`", omittingEmptySubsequences: false)
      for piece in pieces where piece.hasPrefix("swift run train ") && !piece.contains("…") {
        guard let words = Self.arguments(String(piece)) else { continue }
        count += 1
        do {
          _ = try TrainProgram.program.parse(words)
        } catch { Issue.record("\(document.path): \(piece)\n\(error)") }
      }
    }
    #expect(count >= 5)
  }

  @Test func wordsAreThoseOfAShell() {
    #expect(
      Self.arguments("swift run train explain r --group 'a=b(1,2)'  # why")
        == ["explain", "r", "--group", "a=b(1,2)"])
    #expect(Self.arguments("train config > Docs/Configuration.md") == ["config"])
    #expect(Self.arguments("swift run train     # the quick start") == [])
    #expect(Self.arguments("swift test") == nil)
  }

  /// The arguments of a call of the program, or nil for another command.
  private static func arguments(_ line: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    scan: for character in line {
      switch character {
      case quote: quote = nil
      case "'" where quote == nil, "\"" where quote == nil:
        quote = character
        word = word ?? ""
      case " " where quote == nil:
        words += word.map { [$0] } ?? []
        word = nil
      case "#" where quote == nil && word == nil, ">" where quote == nil && word == nil: break scan
      default: word = (word ?? "") + String(character)
      }
    }
    words += word.map { [$0] } ?? []
    if words.starts(with: ["swift", "run"]) { words.removeFirst(2) }
    return words.first == "train" ? Array(words.dropFirst()) : nil
  }
}
