internal import Autodiff
internal import Finance

/// A program of several commands, declared; turns arguments into a command with checked options.
///
/// ```swift
/// switch try program.parse(arguments) {
/// case .help(let text): print(text, terminator: "")
/// case .run(let arguments): … arguments.command, arguments.operand("CONFIG.json"), …
/// }
/// ```
/// Options are written `--name value` or `--name=value` and stand anywhere behind the command; `--`
/// ends them. A first argument that looks like a path (has a `.` or a `/`), an option first or
/// nothing at all calls the default command.
package struct CommandLineProgram: Sendable {
  /// The word that calls the program.
  package let name: String
  /// What it is, in one sentence.
  package let summary: String
  /// What the help says after the list of commands.
  package let discussion: String
  /// The commands in the order of the help.
  package let commands: [CommandLineCommand]
  /// The command that runs without being named, if any.
  package let defaultCommand: String?

  /// A program; the default command must be one of its commands.
  package init(
    _ name: String, _ summary: String, discussion: String = "",
    commands: [CommandLineCommand], defaultCommand: String? = nil
  ) {
    check(
      defaultCommand == nil || commands.contains { $0.name == defaultCommand },
      "program \(name): the default command \(defaultCommand ?? "") is not declared")
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.commands = commands
    self.defaultCommand = defaultCommand
  }

  /// What the arguments ask for.
  package enum Request: Sendable {
    /// To print this text.
    case help(String)
    /// To run a command.
    case run(CommandLineArguments)
  }

  /// Understands the arguments, the name of the program excluded.
  ///
  /// - Throws: ``UsageError``.
  package func parse(_ arguments: [String]) throws(UsageError) -> Request {
    var rest = arguments[...]
    if rest.first == "--help" || rest.first == "-h" { return .help(help) }
    if rest.first == "help" {
      guard let topic = rest.dropFirst().first else { return .help(help) }
      return .help(help(for: try command(named: topic)))
    }
    let called: CommandLineCommand
    if let first = rest.first, !first.hasPrefix("-"), !first.contains("."), !first.contains("/") {
      called = try command(named: first)
      rest = rest.dropFirst()
    } else if let defaultCommand {
      called = try command(named: defaultCommand)
    } else if let first = rest.first {
      throw UsageError("expected a command, found '\(first)'", command: name)
    } else {
      return .help(help)
    }
    return try parse(rest, for: called)
  }

  private func command(named word: String) throws(UsageError) -> CommandLineCommand {
    if let command = commands.first(where: { $0.name == word }) { return command }
    let hint = Spelling.hint(for: word, among: commands.map(\.name))
    let remark = hint.isEmpty && defaultCommand != nil ? " (a file is written ./\(word))" : hint
    throw UsageError("unknown command '\(word)'\(remark)", command: name)
  }

  private func parse(
    _ arguments: ArraySlice<String>, for command: CommandLineCommand
  ) throws(UsageError) -> Request {
    let title = "\(name) \(command.name)"
    var rest = arguments
    var operands: [String] = []
    var values: [String: [String]] = [:]
    while let argument = rest.popFirst() {
      if argument == "--" {
        operands += rest
        break
      }
      if argument == "--help" || argument == "-h" { return .help(help(for: command)) }
      guard argument.hasPrefix("-"), argument != "-" else {
        operands.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let typed = parts[0].drop { $0 == "-" }
      guard parts[0].hasPrefix("--"),
        let option = command.options.first(where: { $0.name == typed })
      else {
        let names = command.options.map { "--\($0.name)" } + ["--help"]
        throw UsageError(
          "unknown option '\(parts[0])'\(Spelling.hint(for: String(parts[0]), among: names))",
          command: title)
      }
      guard values[option.name] == nil || option.isRepeatable else {
        throw UsageError("--\(option.name) is given twice", command: title)
      }
      values[option.name, default: []].append(
        try value(of: option, attached: parts.count > 1 ? String(parts[1]) : nil, &rest, title))
    }
    try checkCount(of: operands, for: command, title)
    return .run(
      CommandLineArguments(command: command, title: title, operands: operands, values: values))
  }

  private func value(
    of option: CommandLineOption, attached: String?, _ rest: inout ArraySlice<String>,
    _ title: String
  ) throws(UsageError) -> String {
    guard option.value != nil else {
      if let attached {
        throw UsageError("--\(option.name) takes no value, found '\(attached)'", command: title)
      }
      return ""
    }
    if let attached { return attached }
    // A following option means that the value was forgotten; '=' still allows such a value.
    guard let next = rest.first, !next.hasPrefix("--") else {
      throw UsageError("--\(option.name) needs a value: \(option.usage)", command: title)
    }
    rest = rest.dropFirst()
    return next
  }

  private func checkCount(
    of operands: [String], for command: CommandLineCommand, _ title: String
  ) throws(UsageError) {
    for (index, operand) in command.operands.enumerated() where operands.count <= index {
      if operand.multiplicity == .optional { continue }
      throw UsageError("missing \(operand.name): \(operand.help)", command: title)
    }
    if operands.count > command.operands.count, command.operands.last?.multiplicity != .several {
      throw UsageError(
        "unexpected argument '\(operands[command.operands.count])'", command: title)
    }
  }
}
