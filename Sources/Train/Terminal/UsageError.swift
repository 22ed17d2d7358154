/// A command line that cannot be understood: what is wrong and where to read how it is done.
public struct UsageError: Error, Equatable, CustomStringConvertible {
  /// What is wrong and what was expected.
  public let message: String
  /// The command whose help explains it (`train resume`), where there is one.
  public let command: String?

  /// An error, by default without a command to refer to.
  public init(_ message: String, command: String? = nil) {
    self.message = message
    self.command = command
  }

  /// The message, and the help to look at.
  public var description: String {
    guard let command else { return message }
    return "\(command): \(message)\nSee '\(command) --help'."
  }
}
