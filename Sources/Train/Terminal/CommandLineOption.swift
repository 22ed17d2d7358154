/// One `--name` of a command, declared.
package struct CommandLineOption: Sendable {
  /// The name without the two hyphens.
  package let name: String
  /// What the value is called in the help (`DIR`), or nil for a flag, which has no value.
  package let value: String?
  /// Whether the option may be given several times.
  package let isRepeatable: Bool
  /// What it does, in one sentence, for the help.
  package let help: String

  /// An option with a value: `--output DIR` or `--output=DIR`.
  package static func value(_ name: String, _ value: String, _ help: String) -> CommandLineOption {
    CommandLineOption(name: name, value: value, isRepeatable: false, help: help)
  }

  /// An option with a value that may be given several times: `--set a=1 --set b=2`.
  package static func repeatable(
    _ name: String, _ value: String, _ help: String
  ) -> CommandLineOption {
    CommandLineOption(name: name, value: value, isRepeatable: true, help: help)
  }

  /// An option without a value: `--force`.
  package static func flag(_ name: String, _ help: String) -> CommandLineOption {
    CommandLineOption(name: name, value: nil, isRepeatable: false, help: help)
  }

  /// How the option is written: `--output DIR`.
  var usage: String { "--\(name)" + (value.map { " \($0)" } ?? "") }
}
