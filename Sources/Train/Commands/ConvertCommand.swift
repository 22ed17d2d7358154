internal import Autodiff
internal import Finance

/// `train convert`: takes a run over from the other precision.
enum ConvertCommand {
  static let declaration = CommandLineCommand(
    "convert", "take a run over from the other precision, Double or Float",
    discussion: """
      Checkpoints are exact in the precision they were trained in, so a program refuses those of the \
      other. This command writes a run of its own in the precision of the program that runs it: build with \
      --traits SinglePrecision to get Float from Double, without the trait for the way back. Parameters and \
      the optimiser's memory are rounded; nothing is trained.

      The new run can be predicted from at once. 'train resume' trains what was left and writes results \
      and report, decided in the new precision. run.json says what it was converted from.
      """,
    operands: [.required("RUN", "the run directory")],
    options: [CommonOptions.output],
    examples: [("train convert runs/quickstart --output runs/quickstart-single", "")])

  static func run(_ arguments: CommandLineArguments) throws {
    let conversion = try RunConversion(arguments.operand("RUN") ?? ".")
    let target = try conversion.directory(arguments.string("output"))
    let (finished, begun) = try conversion.write(to: target)
    print(
      "\(finished) trained networks" + (begun > 0 ? " and \(begun) begun ones" : "")
        + " in \(Scalar.self) → \(target.path); results and report: train resume \(target.path)")
  }
}
