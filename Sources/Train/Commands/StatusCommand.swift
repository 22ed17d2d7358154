/// `train status`: the progress of a run, from any machine that sees its directory.
enum StatusCommand {
  private enum Format: String, CaseIterable {
    case table
    case json
  }

  static let declaration = CommandLineCommand(
    "status", "show how far a run has come and who works on it",
    discussion: """
      Reads the run directory alone: no data, no program of the same kind is needed. The time left \
      assumes that as many units go on at once as now.
      """,
    operands: [.required("RUN", "the run directory")],
    options: [.value("format", "table|json", "how to print (default: table)")],
    examples: [("train status runs/q", "")])

  static func run(_ arguments: CommandLineArguments) throws {
    let directory = try RunDirectory.existing(arguments.operand("RUN") ?? ".")
    let format = try arguments.choice("format", of: Format.self) ?? .table
    if SearchRun.isSearch(directory) {
      let plan = try JSONValue(
        parsing: FileBytes.read(directory.file("search.json")), file: directory.path)
      let lines = directory.file("trials.jsonl")
      let done =
        try directory.exists(lines)
        ? FileBytes.read(lines).count { $0 == UInt8(ascii: "\n") } : 0
      let (trials, batch) = (plan["trials"]?.int ?? 0, plan["batch"]?.int ?? 0)
      let isFinished = directory.exists(directory.file("best.json"))
      switch format {
      case .table:
        print(
          "\(done) of \(trials) trials done, in batches of \(batch)"
            + (isFinished ? "; next: train run \(directory.file("best.json"))" : ""))
      case .json:
        let status = JSONValue(object: [
          ("trials", JSONValue(trials)), ("done", JSONValue(done)), ("batch", JSONValue(batch)),
          ("finished", JSONValue(isFinished)),
        ])
        print(status.text(), terminator: "")
      }
      return
    }
    let status = try RunStatus(directory)
    switch format {
    case .table: print(table(status, directory), terminator: "")
    case .json: print(json(status).text(), terminator: "")
    }
  }

  private static func table(_ status: RunStatus, _ directory: RunDirectory) -> String {
    var folds = TextTable([.left("fold"), .right("done"), .right("units")])
    for fold in status.folds { folds.append([fold.name, String(fold.done), String(fold.units)]) }
    var text = folds.text + "\n"
    if !status.active.isEmpty {
      var active = TextTable([.left("in progress"), .left("worker"), .right("silent for")])
      for unit in status.active {
        active.append([unit.unit, unit.worker, ProgressBar.duration(unit.silence)])
      }
      text += active.text + "\n"
    }
    text += "\(status.done) of \(status.units) units done"
    if status.paused > 0 { text += ", \(status.paused) begun and saved" }
    if !status.failed.isEmpty { text += ", \(status.failed.count) failed" }
    if let left = status.secondsLeft { text += ", about \(ProgressBar.duration(left)) left" }
    if status.isMerged {
      text += "; merged: \(directory.report)"
    } else if status.done == status.units {
      text += "; next: train merge \(directory.path)"
    }
    return text + "\n"
  }

  private static func json(_ status: RunStatus) -> JSONValue {
    JSONValue(object: [
      ("units", JSONValue(status.units)), ("done", JSONValue(status.done)),
      ("failed", JSONValue(status.failed)), ("paused", JSONValue(status.paused)),
      (
        "active",
        JSONValue(
          .array(
            status.active.map {
              JSONValue(object: [
                ("unit", JSONValue($0.unit)), ("worker", JSONValue($0.worker)),
                ("silentSeconds", JSONValue($0.silence)),
              ])
            }))
      ),
      ("seconds", JSONValue(status.seconds)),
      ("secondsLeft", status.secondsLeft.map { JSONValue($0) } ?? nil),
      ("merged", JSONValue(status.isMerged)),
    ])
  }
}
