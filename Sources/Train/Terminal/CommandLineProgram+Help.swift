extension CommandLineProgram {
  /// Columns of the help.
  static let helpWidth = 80

  /// The help of the whole program.
  package var help: String {
    var text = "\(name): \(summary)\n\nUsage: \(name) "
    text += defaultCommand == nil ? "COMMAND …\n" : "[COMMAND] …\n"
    text += "\nCommands:\n"
    text += Self.definitions(
      commands.map { command in
        (command.name, command.summary + (command.name == defaultCommand ? " (default)" : ""))
      })
    if !discussion.isEmpty { text += "\n" + Self.wrapped(discussion, indentation: 0) }
    return text + "\n'\(name) COMMAND --help' explains a command.\n"
  }

  /// The help of one command.
  package func help(for command: CommandLineCommand) -> String {
    var usage = ["\(name) \(command.name)"]
    usage += command.operands.map(\.usage)
    usage += command.options.map { "[\($0.usage)]" + ($0.isRepeatable ? "…" : "") }
    var text = Self.wrapped(command.summary, indentation: 0)
    text += "\nUsage: " + Self.filled(usage, indentation: 7)
    if !command.discussion.isEmpty {
      text += "\n" + Self.wrapped(command.discussion, indentation: 0)
    }
    if !command.operands.isEmpty {
      text += "\nArguments:\n" + Self.definitions(command.operands.map { ($0.name, $0.help) })
    }
    text += "\nOptions:\n"
    text += Self.definitions(
      command.options.map { ($0.usage, $0.help + ($0.isRepeatable ? " (repeatable)" : "")) }
        + [("--help", "Print this help.")])
    if !command.examples.isEmpty {
      text += "\nExamples:\n"
      for example in command.examples {
        text += "  \(example.line)\n" + Self.wrapped(example.remark, indentation: 6)
      }
    }
    return text
  }

  /// Terms in one column, their explanations in a second one.
  private static func definitions(_ entries: [(term: String, explanation: String)]) -> String {
    let column = min(24, (entries.map(\.term.count).max() ?? 0)) + 4
    var text = ""
    for (term, explanation) in entries {
      let body = wrapped(explanation, indentation: column)
      let head = "  " + term
      if head.count + 2 > column {
        text += head + "\n" + body
      } else {
        text += head + body.dropFirst(head.count)
      }
    }
    return text
  }

  /// Paragraphs filled to the width; empty lines separate them.
  private static func wrapped(_ text: String, indentation: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let paragraphs = lines.split { $0.isEmpty }
    let filledParagraphs = paragraphs.map { lines in
      let words = lines.flatMap { $0.split(separator: " ") }.map { String($0) }
      return String(repeating: " ", count: indentation) + filled(words, indentation: indentation)
    }
    return filledParagraphs.joined(separator: "\n")
  }

  /// Words filled to the width; lines after the first are indented.
  private static func filled(_ words: [String], indentation: Int) -> String {
    var text = ""
    var column = indentation
    for (index, word) in words.enumerated() {
      if index > 0, column + 1 + word.count > helpWidth {
        text += "\n" + String(repeating: " ", count: indentation)
        column = indentation
      } else if index > 0 {
        text += " "
        column += 1
      }
      text += word
      column += word.count
    }
    return text + "\n"
  }
}
