/// `train resume`: goes on with an interrupted run.
enum ResumeCommand {
  static let declaration = CommandLineCommand(
    "resume",
    "go on with an interrupted run or search, to the same bits as without the interruption",
    discussion: """
      Config and data are those of the run; changed data, another program version, precision or \
      instruction set are refused.
      """,
    operands: [.required("DIR", "the run directory")],
    options: [CommonOptions.threads] + Console.options,
    examples: [("train resume runs/quickstart", "")])

  static func run(_ arguments: CommandLineArguments) throws {
    let console = try Console(arguments)
    let threads = try CommonOptions.threads(arguments)
    let directory = try RunDirectory.existing(arguments.operand("DIR") ?? ".")
    if SearchRun.isSearch(directory) {
      return try SearchCommand.work(
        try SearchRun(opening: directory.path), threads: threads, console)
    }
    if directory.isFinished {
      return console.finish(
        "\(directory.path) is finished; its report is \(directory.report)",
        [
          ("directory", JSONValue(directory.path)), ("report", JSONValue(directory.report)),
          ("summary", JSONValue(directory.summary)),
        ])
    }
    let run = try PlannedRun(opening: directory.path)
    try RunCommand.finish(run, threads: threads, console)
  }
}
