/// `train resume`: goes on with an interrupted run.
enum ResumeCommand {
  static let declaration = CommandLineCommand(
    "resume", "go on with an interrupted run, to the same bits as without the interruption",
    discussion: """
      Config and data are those of the run; changed data, another program version, precision or \
      instruction set are refused.
      """,
    operands: [.required("DIR", "the run directory")],
    options: [CommonOptions.threads],
    examples: [("train resume runs/quickstart", "")])

  static func run(_ arguments: CommandLineArguments) throws {
    let directory = try RunDirectory.existing(arguments.operand("DIR") ?? ".")
    let threads = try CommonOptions.threads(arguments)
    let provenance = try Provenance(contentsOf: directory.provenance)
    let loaded = try LoadedExperiment(config: directory.config, folder: provenance.folder)
    try provenance.requireSame(as: loaded.provenance, run: directory.path)
    if directory.isFinished {
      print("\(directory.path) is finished; its report is \(directory.report)")
      return
    }
    let problem = try Problem(loaded.experiment, data: loaded.data)
    try directory.create(folds: problem.folds)
    try RunCommand.finish(loaded, problem, directory, threads: threads)
  }
}
