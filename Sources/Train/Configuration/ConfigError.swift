/// Everything that is wrong with one configuration, gathered in one pass.
public struct ConfigError: Error, Equatable, CustomStringConvertible {
  /// One fault: where it is and what was expected there.
  public struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// `file:line:column`, or `--set key=value` for a value given on the command line.
    public let place: String
    /// The path of the value, `$.optimizer.learningRate`.
    public let path: String
    /// What is wrong and what was expected.
    public let message: String

    /// `place: path: message`.
    public var description: String { "\(place): \(path): \(message)" }
  }

  /// The faults in the order of the text, those of command-line overrides last; never empty.
  public let problems: [Problem]

  /// One line per problem.
  public var description: String {
    problems.map(\.description).joined(separator: "\n")
  }
}
