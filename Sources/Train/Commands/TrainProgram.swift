internal import Finance
internal import Foundation
internal import Kernels

/// The command line of `train`.
public enum TrainProgram {
  static let program = CommandLineProgram(
    "train", "trains portfolios end to end, through the risk-budgeting solver.",
    discussion: """
      Without arguments it runs the quick start, Experiments/quickstart.json: half a minute on two \
      cores, and a report to open at the end.

      Exit codes: 0 done, 2 something in your input (the message says what and where), 1 a fault of \
      the program, 130 stopped by Ctrl-C (128 + the signal's number for others), with all saved.
      """,
    commands: [
      RunCommand.declaration, InitCommand.declaration, ResumeCommand.declaration,
      CheckCommand.declaration, ReportCommand.declaration, ExplainCommand.declaration,
      StressCommand.declaration, PredictCommand.declaration, AllocateCommand.declaration,
      EstimateCommand.declaration, SimulateCommand.declaration, KnownTruthCommand.declaration,
      SweepCommand.declaration, SearchCommand.declaration, ExportCommand.declaration,
      ConvertCommand.declaration, PlanCommand.declaration, WorkCommand.declaration,
      StatusCommand.declaration, MergeCommand.declaration, ConfigCommand.declaration,
    ],
    defaultCommand: "run")

  /// Runs the program with arguments (the program's name excluded) and returns its exit code.
  public static func run(_ arguments: [String]) -> Int32 {
    do {
      // Before anything is computed: a wrong KEEL_ISA is the user's mistake, not a crash.
      try InstructionSet.requested()
      switch try program.parse(arguments) {
      case .help(let text):
        print(text, terminator: text.hasSuffix("\n") ? "" : "\n")
      case .run(let arguments):
        switch arguments.commandName {
        case "init": try InitCommand.run(arguments)
        case "run": try RunCommand.run(arguments)
        case "resume": try ResumeCommand.run(arguments)
        case "check": try CheckCommand.run(arguments)
        case "allocate": try AllocateCommand.run(arguments)
        case "known-truth": try KnownTruthCommand.run(arguments)
        case "simulate": try SimulateCommand.run(arguments)
        case "estimate": try EstimateCommand.run(arguments)
        case "config": ConfigCommand.run(arguments)
        case "predict": try PredictCommand.run(arguments)
        case "stress": try StressCommand.run(arguments)
        case "explain": try ExplainCommand.run(arguments)
        case "export": try ExportCommand.run(arguments)
        case "convert": try ConvertCommand.run(arguments)
        case "sweep": try SweepCommand.run(arguments)
        case "report": try ReportCommand.run(arguments)
        case "search": try SearchCommand.run(arguments)
        case "plan": try PlanCommand.run(arguments)
        case "work": try WorkCommand.run(arguments)
        case "status": try StatusCommand.run(arguments)
        case "merge": try MergeCommand.run(arguments)
        default: throw UsageError("command '\(arguments.commandName)' has no implementation")
        }
      }
      return 0
    } catch let stopped as Interruption {
      FileHandle.standardError.write(Data("train: \(stopped)\n".utf8))
      return stopped.exitCode
    } catch {
      FileHandle.standardError.write(Data("\(line(for: error))\n".utf8))
      return isUserFault(error) ? 2 : 1
    }
  }

  /// What is printed of an error: its text after the program's name, which usage errors of a command
  /// begin with themselves.
  static func line(for error: any Error) -> String {
    if let usage = error as? UsageError, usage.command != nil { return "\(usage)" }
    return "train: \(error)"
  }

  /// Whether an error is about something the user gave: arguments, config, data, an earlier run.
  private static func isUserFault(_ error: any Error) -> Bool {
    switch error {
    case is UsageError, is ConfigError, is JSONSyntaxError, is FileError, is DataError,
      is FeatureError, is ExperimentError, is TrainingError, is CheckpointError,
      is SafetensorsError, is SimplexBoundsError, is RiskBudgetError, is CovarianceError,
      is MinimumVarianceError, is ConstrainedRiskBudgetError, is RiskMeasureError,
      is BudgetProjectionError, is AllocationError, is VolatilityError, is MergeError,
      is InstructionSetError:
      true
    default: false
    }
  }
}
