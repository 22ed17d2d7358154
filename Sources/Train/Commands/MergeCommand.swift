/// `train merge`: puts the units of a run together.
enum MergeCommand {
  static let declaration = CommandLineCommand(
    "merge", "check that a shared-out run is complete and intact, and build its results",
    discussion: """
      Every unit must be there, have the checksum of its record, and come from the program, \
      instruction set, C library, config and data of the run. The results are those of 'train run' on one \
      machine, to the bit.
      """,
    operands: [.required("RUN", "the run directory")],
    options: Console.options,
    examples: [("train merge runs/q", "")])

  static func run(_ arguments: CommandLineArguments) throws {
    let console = try Console(arguments)
    let directory = try RunDirectory.existing(arguments.operand("RUN") ?? ".")
    guard !SearchRun.isSearch(directory) else {
      throw UsageError(
        "\(directory.path) is a search: its workers write the results when they end; go on by 'train work "
          + "\(directory.path)'", command: arguments.title)
    }
    try RunCommand.merge(try PlannedRun(opening: directory.path), console)
  }
}
