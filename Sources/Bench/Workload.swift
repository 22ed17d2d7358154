import Train

/// Something to measure.
protocol Workload {
  /// The name on the command line.
  static var name: String { get }
  /// One line for `--list`.
  static var summary: String { get }
  /// The cases, in the order of a run.
  static var cases: [String] { get }
  /// Measures the wanted cases.
  static func run(_ options: Options) throws -> Report
}

/// What a workload found.
struct Report {
  /// Case → what was measured.
  var results: [(name: String, value: JSONValue)] = []
  /// Case → numbers that other programs must reproduce, and whether they were.
  var reference: [(name: String, value: JSONValue)] = []
}
