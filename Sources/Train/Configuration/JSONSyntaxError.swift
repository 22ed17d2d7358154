/// A text that is not JSON: the place of the first fault and what was expected there.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
  /// The name of the file, or of whatever the text came from.
  public let file: String
  /// The line of the fault, from 1.
  public let line: Int
  /// The column of the fault in Unicode scalars, from 1.
  public let column: Int
  /// What is wrong and how to mend it.
  public let problem: String

  /// `file:line:column: problem`.
  public var description: String { "\(file):\(line):\(column): \(problem)" }
}
