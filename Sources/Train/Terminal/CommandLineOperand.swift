/// One positional argument of a command, declared.
package struct CommandLineOperand: Sendable {
  /// How often an operand is given.
  package enum Multiplicity: Sendable {
    /// Exactly once.
    case required
    /// At most once.
    case optional
    /// At least once; only the last operand of a command.
    case several
  }

  /// What the operand is called in the help: `CONFIG.json`.
  package let name: String
  /// How often it is given.
  package let multiplicity: Multiplicity
  /// What it is, in one sentence, for the help.
  package let help: String

  /// An operand that must be given.
  package static func required(_ name: String, _ help: String) -> CommandLineOperand {
    CommandLineOperand(name: name, multiplicity: .required, help: help)
  }

  /// An operand that may be left out; no required one may follow.
  package static func optional(_ name: String, _ help: String) -> CommandLineOperand {
    CommandLineOperand(name: name, multiplicity: .optional, help: help)
  }

  /// The last operand of a command, given at least once.
  package static func several(_ name: String, _ help: String) -> CommandLineOperand {
    CommandLineOperand(name: name, multiplicity: .several, help: help)
  }

  /// How the operand is written: `[CONFIG.json]`.
  var usage: String {
    switch multiplicity {
    case .required: name
    case .optional: "[\(name)]"
    case .several: "\(name)…"
    }
  }
}
