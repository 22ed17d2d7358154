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
  ///
  /// Throws a ``UsageError`` for an option that says nothing a file can be read by, and for a key that is
  /// given twice, of which only `ignored` has several values.
  static func format(_ arguments: CommandLineArguments) throws -> CSVFormat {
    var format = CSVFormat()
    var given: Set<String> = []
    for text in arguments.strings("csv") {
      let parts = text.split(separator: "=", maxSplits: 1).map { String($0) }
      guard parts.count == 2 else {
        throw UsageError("--csv is '\(text)'; expected KEY=VALUE, such as decimal=comma")
      }
      let (key, value) = (parts[0], parts[1])
      guard given.insert(key).inserted || key == "ignored" else {
        throw UsageError("--csv \(text): '\(key)' is given twice; keep one of them")
      }
      switch key {
      case "separator": format.separator = try choice(text, value)
      case "decimal": format.decimal = try choice(text, value)
      case "dates": format.dates = try choice(text, value)
      case "layout": format.layout = try choice(text, value)
      case "headerLine":
        guard let line = Int(value), CSVFormat.headerLines.contains(line) else {
          throw UsageError(
            "--csv \(text): expected the number of a line, from 1 to "
              + "\(CSVFormat.headerLines.upperBound)")
        }
        format.headerLine = line
      case "dateColumn": format.dateColumn = value
      case "nameColumn": format.nameColumn = value
      case "valueColumn": format.valueColumn = value
      case "ignored": format.ignored.append(value)
      default:
        throw UsageError(
          "--csv \(text): no key '\(key)'\(Spelling.hint(for: key, among: keys)) "
            + "(accepted: \(keys.joined(separator: ", ")))")
      }
    }
    return format
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
