/// Collects the faults of one configuration while its decoding goes on.
final class ConfigDiagnostics {
  private let file: String
  private var found: [(origin: JSONValue.Origin, problem: ConfigError.Problem)] = []

  /// What the schema accepts, in the order of reading.
  private(set) var entries: [ConfigEntry] = []

  init(file: String) { self.file = file }

  /// The number of faults so far.
  var count: Int { found.count }

  /// While set, what is read is not noted: for elements of lists, which would be noted once each.
  var isQuiet = false

  func note(_ entry: ConfigEntry) { if !isQuiet { entries.append(entry) } }

  func report(_ message: String, path: String, origin: JSONValue.Origin) {
    let place =
      switch origin {
      case .text(let line, let column): "\(file):\(line):\(column)"
      case .base(let base, let line, let column): "\(base):\(line):\(column)"
      case .override(let text): "--set \(text)"
      case .program: file
      }
    let problem = ConfigError.Problem(place: place, path: path, message: message)
    found.append((origin, problem))
  }

  /// All faults as one error in the order of the text, or nil when there was none.
  var error: ConfigError? {
    guard !found.isEmpty else { return nil }
    let sorted = found.enumerated().sorted { a, b in
      let (left, right) = (Self.rank(a.element.origin), Self.rank(b.element.origin))
      return left == right ? a.offset < b.offset : left < right
    }
    return ConfigError(problems: sorted.map(\.element.problem))
  }

  private static func rank(_ origin: JSONValue.Origin) -> (Int, Int) {
    switch origin {
    case .program: (0, 0)
    case .text(let line, let column), .base(_, let line, let column): (line, column)
    case .override: (.max, 0)
    }
  }
}
