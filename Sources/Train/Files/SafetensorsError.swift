/// A file that is not a readable safetensors file, and why.
public struct SafetensorsError: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let file: String
  /// What is wrong and what was expected.
  public let problem: String

  /// `file: not a valid safetensors file: problem`.
  public var description: String { "\(file): not a valid safetensors file: \(problem)" }
}
