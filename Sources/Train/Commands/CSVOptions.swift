internal import Finance
internal import Foundation

/// How a data file on the command line is written: `--csv dates=day-month-year`.
enum CSVOptions {
  private static let keys = [
    "separator", "decimal", "dates", "layout", "headerLine", "dateColumn", "nameColumn",
    "valueColumn", "ignored",
  ]

  static let option = CommandLineOption.repeatable(
    "csv", "KEY=VALUE",
    "what a data file does not tell by itself, as dates=day-month-year or decimal=comma; keys: "
      + keys.joined(separator: ", "))

  /// The format of the options given.
  static func format(_ arguments: CommandLineArguments) throws -> CSVFormat {
    var format = CSVFormat()
    for text in arguments.strings("csv") {
      let parts = text.split(separator: "=", maxSplits: 1).map { String($0) }
      guard parts.count == 2 else {
        throw UsageError("--csv is '\(text)'; expected KEY=VALUE, such as decimal=comma")
      }
      let value = parts[1]
      switch parts[0] {
      case "separator": format.separator = try choice(text, value)
      case "decimal": format.decimal = try choice(text, value)
      case "dates": format.dates = try choice(text, value)
      case "layout": format.layout = try choice(text, value)
      case "headerLine":
        guard let line = Int(value), line > 0 else {
          throw UsageError("--csv \(text): expected the number of a line")
        }
        format.headerLine = line
      case "dateColumn": format.dateColumn = value
      case "nameColumn": format.nameColumn = value
      case "valueColumn": format.valueColumn = value
      case "ignored": format.ignored.append(value)
      default:
        throw UsageError(
          "--csv \(text): no key '\(parts[0])'\(Spelling.hint(for: parts[0], among: keys)) "
            + "(accepted: \(keys.joined(separator: ", ")))")
      }
    }
    return format
  }

  /// The options given as a config's `data.csv`; nil without any.
  static func config(_ arguments: CommandLineArguments) -> JSONValue? {
    var members: [(String, JSONValue)] = []
    var ignored: [String] = []
    for text in arguments.strings("csv") {
      let parts = text.split(separator: "=", maxSplits: 1).map { String($0) }
      guard parts.count == 2 else { continue }
      switch parts[0] {
      case "ignored": ignored.append(parts[1])
      case "headerLine": members.append((parts[0], JSONValue(Int(parts[1]) ?? 0)))
      default: members.append((parts[0], JSONValue(parts[1])))
      }
    }
    if !ignored.isEmpty { members.append(("ignored", JSONValue(ignored))) }
    guard !members.isEmpty else { return .none }
    return JSONValue(object: members)
  }

  /// Reads a file and prints what was inferred to standard error.
  static func read(_ path: String, _ arguments: CommandLineArguments) throws -> Panel {
    let panel = try CSVPanelReader.read(path, format: try format(arguments))
    note(panel.notes.map { "\(path): \($0)" })
    return panel
  }

  /// The positions of the columns that `--assets A,B,…` chooses; all without it.
  static func columns(_ arguments: CommandLineArguments, among names: [String]) throws -> [Int] {
    guard let text = arguments.string("assets") else { return Array(names.indices) }
    var chosen: [Int] = []
    for name in text.split(separator: ",").map({ String($0) }) {
      guard let index = names.firstIndex(of: name) else {
        throw UsageError(
          "--assets: no column '\(name)'\(Spelling.hint(for: name, among: names))")
      }
      guard !chosen.contains(index) else { throw UsageError("--assets: '\(name)' is given twice") }
      chosen.append(index)
    }
    return chosen
  }

  /// Prints what was inferred and repaired to standard error, out of the way of results.
  static func note(_ notes: [String]) {
    for note in notes { FileHandle.standardError.write(Data("note: \(note)\n".utf8)) }
  }

  private static func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ text: String, _ value: String
  ) throws -> Choice {
    if let choice = Choice(rawValue: value) { return choice }
    let words = Choice.allCases.map(\.rawValue)
    throw UsageError(
      "--csv \(text): expected one of \(words.joined(separator: ", "))"
        + Spelling.hint(for: value, among: words))
  }
}
