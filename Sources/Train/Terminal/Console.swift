/// What a long command says, to a person, to a script, or hardly anything.
///
/// Results and what is going on go to standard output, progress and warnings to standard error; with
/// `--json` all of it is events on standard output, one object per line:
///
/// ```
/// {"event":"started","task":"training",…}
/// {"event":"progress","task":"training","done":3,"total":150,"secondsElapsed":0.5,"secondsLeft":26,…}
/// {"event":"note","text":"…"}
/// {"event":"warning","text":"…"}
/// {"event":"finished","report":"runs/q/report.html",…}
/// ```
/// Errors are no events: they are one message on standard error and the exit code.
package struct Console: Sendable {
  let verbosity: Verbosity
  private let results: TerminalOutput
  private let remarks: TerminalOutput

  /// The options of every command that speaks through a console.
  static let options: [CommandLineOption] = [
    .flag("quiet", "print warnings, and at the end where the result is; nothing else"),
    .flag(
      "json",
      "print one JSON object per event and line on standard output, for scripts: started, progress, "
        + "note, warning, finished"),
  ]

  /// A console; outputs are replaced in tests.
  init(
    _ verbosity: Verbosity = .normal, results: TerminalOutput = .standardOutput(),
    remarks: TerminalOutput = .standardError()
  ) {
    self.verbosity = verbosity
    self.results = results
    self.remarks = remarks
  }

  /// The console that the options ask for.
  ///
  /// - Throws: ``UsageError`` where they contradict each other.
  init(_ arguments: CommandLineArguments) throws(UsageError) {
    let (isQuiet, isJSON) = (arguments.has("quiet"), arguments.has("json"))
    guard !(isQuiet && isJSON) else {
      throw UsageError("--quiet and --json exclude each other", command: arguments.title)
    }
    self.init(isJSON ? .json : isQuiet ? .quiet : .normal)
  }

  /// Tells that a task begins: a text for people, members for scripts.
  func begin(_ task: String, _ text: String, _ members: [(String, JSONValue)]) {
    switch verbosity {
    case .normal: results.write(text + "\n")
    case .quiet: break
    case .json: event("started", [("task", JSONValue(task))] + members)
    }
  }

  /// Something worth knowing.
  func note(_ text: String) {
    switch verbosity {
    case .normal: results.write(text + "\n")
    case .quiet: break
    case .json: event("note", [("text", JSONValue(text))])
    }
  }

  /// Something a person should look at.
  func warn(_ texts: [String]) {
    for text in texts {
      if verbosity == .json {
        event("warning", [("text", JSONValue(text))])
      } else {
        remarks.write("warning: \(text)\n")
      }
    }
  }

  /// Tells the result: a table and a last line for people, the last line alone where it is quiet, members
  /// for scripts.
  func finish(_ last: String, table: String? = nil, _ members: [(String, JSONValue)]) {
    switch verbosity {
    case .normal: results.write((table.map { $0 + "\n" } ?? "") + last + "\n")
    case .quiet: results.write(last + "\n")
    case .json: event("finished", members)
    }
  }

  /// The progress of a task of `total` steps.
  func progress(_ task: String, total: Int) -> ProgressBar {
    ProgressBar(
      task, total: total, verbosity: verbosity, output: verbosity == .json ? results : remarks)
  }

  private func event(_ name: String, _ members: [(String, JSONValue)]) {
    results.write(Self.line(name, members))
  }

  /// An event as it is written.
  static func line(_ name: String, _ members: [(String, JSONValue)]) -> String {
    JSONValue(object: [("event", JSONValue(name))] + members).text(.compact) + "\n"
  }
}
