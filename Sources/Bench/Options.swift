import Train

/// What the command line asks for.
struct Options {
  /// The workloads to run, by name; all if empty.
  var workloads: [String] = []
  /// One JSON object per line instead of a table.
  var json = false
  /// Only list what there is.
  var list = false
  /// The only case to run, if given.
  var onlyCase: String?
  /// Threads, the caller's included.
  var threads = 1
  /// Repeats of each measurement.
  var repeats = 15
  /// Internal: run one W1 step and end, for the cold-start workload.
  var firstStep = false

  static let usage = """
    usage: bench [workload …] [--case name] [--threads n] [--reps n] [--json] [--list]
    """

  /// Reads the arguments; throws a sentence about the first one that makes no sense.
  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    func number(_ name: String, _ text: String?) throws -> Int {
      guard let text, let value = Int(text), value >= 1 else {
        throw BenchError("\(name) wants a positive number, not '\(text ?? "")'")
      }
      return value
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "--json": json = true
      case "--list": list = true
      case "--first-step": firstStep = true
      case "--threads": threads = try number(argument, rest.popFirst())
      case "--reps": repeats = try number(argument, rest.popFirst())
      case "--case":
        guard let name = rest.popFirst() else { throw BenchError("--case wants a name") }
        onlyCase = name
      default:
        guard !argument.hasPrefix("-") else { throw BenchError("unknown option '\(argument)'") }
        workloads.append(argument)
      }
    }
  }

  /// Whether a case is wanted.
  func wants(_ name: String) -> Bool { onlyCase.map { $0 == name } ?? true }
}

/// A fault of the command line.
struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
