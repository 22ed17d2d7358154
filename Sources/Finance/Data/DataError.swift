/// A fault of a data file or of what was asked of it: where, what, and what to do about it.
public struct DataError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as it was named to the program.
  public let file: String
  /// The line in the file, counted from 1, where known.
  public let line: Int?
  /// The column's name, where known.
  public let column: String?
  /// The offending text or number, where there is one.
  public let value: String?
  /// What is wrong, what was expected and the remedy, in sentences.
  public let problem: String

  /// An error about a place in a file.
  public init(
    file: String, line: Int? = nil, column: String? = nil, value: String? = nil, problem: String
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.value = value
    self.problem = problem
  }

  /// `FILE: line L, column 'C': 'V' PROBLEM`, without what is not known.
  public var description: String {
    var place: [String] = []
    if let line { place.append("line \(line)") }
    if let column { place.append("column '\(column)'") }
    let parts = [file] + (place.isEmpty ? [] : [place.joined(separator: ", ")])
    let subject = value.map { "'\($0)' " } ?? ""
    return parts.joined(separator: ": ") + ": " + subject + problem
  }
}
