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
    options: [CommonOptions.threads],
    examples: [("train resume runs/quickstart", "")])

  static func run(_ arguments: CommandLineArguments) throws {
    let threads = try CommonOptions.threads(arguments)
    let directory = try RunDirectory.existing(arguments.operand("DIR") ?? ".")
    if SearchRun.isSearch(directory) {
      return try SearchCommand.work(try SearchRun(opening: directory.path), threads: threads)
    }
    let run = try PlannedRun(opening: directory.path)
    if run.directory.isFinished {
      print("\(run.directory.path) is finished; its report is \(run.directory.report)")
      return
    }
    try RunCommand.finish(run, threads: threads)
  }
}
