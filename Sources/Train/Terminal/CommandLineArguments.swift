internal import Autodiff
internal import Finance

/// The arguments of one command, understood; values are converted on demand.
package struct CommandLineArguments: Sendable {
  /// The name of the command.
  package var commandName: String { command.name }
  /// Program and command, for messages: `train run`.
  package let title: String
  /// The positional arguments.
  package let operands: [String]
  private let command: CommandLineCommand
  private let values: [String: [String]]

  init(
    command: CommandLineCommand, title: String, operands: [String], values: [String: [String]]
  ) {
    self.command = command
    self.title = title
    self.operands = operands
    self.values = values
  }

  /// The operand of a declared name, or nil when it was left out.
  package func operand(_ name: String) -> String? {
    guard let index = command.operands.firstIndex(where: { $0.name == name }) else {
      fatalError("\(title): operand \(name) is not declared")
    }
    return index < operands.count ? operands[index] : nil
  }

  /// Whether a declared option or flag was given.
  package func has(_ name: String) -> Bool { !strings(name).isEmpty }

  /// The value of a declared option, or nil when it was not given.
  package func string(_ name: String) -> String? { strings(name).last }

  /// All values of a declared option in the order given.
  package func strings(_ name: String) -> [String] {
    check(command.options.contains { $0.name == name }, "\(title): --\(name) is not declared")
    return values[name] ?? []
  }

  /// The value of a declared option as an integer, or nil when it was not given.
  ///
  /// - Throws: ``UsageError``.
  package func int<Constraint: ConfigConstraint<Int>>(
    _ name: String, in constraint: Constraint = Unconstrained<Int>()
  ) throws(UsageError) -> Int? {
    guard let text = string(name) else { return nil }
    guard let number = Int(text), constraint.admits(number) else {
      throw mismatch(name, text, "an integer\(constraint.text)")
    }
    return number
  }

  /// The value of a declared option as a finite number, or nil when it was not given.
  ///
  /// - Throws: ``UsageError``.
  package func double<Constraint: ConfigConstraint<Double>>(
    _ name: String, in constraint: Constraint = Unconstrained<Double>()
  ) throws(UsageError) -> Double? {
    guard let text = string(name) else { return nil }
    guard let number = Double(text), number.isFinite, constraint.admits(number) else {
      throw mismatch(name, text, "a number\(constraint.text)")
    }
    return number
  }

  /// The value of a declared option as a case of an enumeration, or nil when it was not given.
  ///
  /// - Throws: ``UsageError``.
  package func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ name: String, of type: Choice.Type = Choice.self
  ) throws(UsageError) -> Choice? {
    guard let text = string(name) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let words = type.allCases.map(\.rawValue)
    throw mismatch(
      name, text,
      "one of \(words.joined(separator: ", "))\(Spelling.hint(for: text, among: words))")
  }

  private func mismatch(_ name: String, _ text: String, _ expected: String) -> UsageError {
    UsageError("--\(name) is '\(text)'; expected \(expected)", command: title)
  }
}
