internal import Finance
internal import Foundation

/// `train run`: a walk-forward experiment from config to report.
enum RunCommand {
  static let declaration = CommandLineCommand(
    "run", "run an experiment: train every fold, backtest, write a report",
    discussion: """
      The run directory holds everything: the resolved config.json, run.json (program, instruction \
      set, data checksums), checkpoints of every fold, weights.csv, returns.csv, budgets.csv, \
      risk_contributions.csv, metrics.jsonl, summary.json and report.html.

      An interrupted run loses at most a few epochs: 'train resume DIR' goes on to the same bits.
      """,
    operands: [.optional("CONFIG.json", "the experiment (default: Experiments/quickstart.json)")],
    options: [
      CommonOptions.set, CommonOptions.seed, CommonOptions.threads, CommonOptions.output,
    ],
    examples: [
      ("train", "the quick start"),
      ("train Experiments/us-multi-asset.json --output runs/wide", "another experiment"),
      (
        "train run Experiments/quickstart.json --set execution.costBasisPoints=25",
        "the same with higher costs"
      ),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let path = arguments.operand("CONFIG.json") ?? "Experiments/quickstart.json"
    let threads = try CommonOptions.threads(arguments)
    let loaded = try LoadedExperiment(
      config: path, overrides: try CommonOptions.overrides(arguments))
    let problem = try Problem(loaded.experiment, data: loaded.data)
    try problem.checkModel()
    let directory = try RunDirectory.new(
      named: loaded.experiment.name, at: arguments.string("output"))
    try directory.create(folds: problem.folds)
    try AtomicFile.write(loaded.config.text(), to: directory.config)
    try AtomicFile.write(loaded.provenance.json.text(), to: directory.provenance)
    try finish(loaded, problem, directory, threads: threads)
  }

  /// Trains what is not trained yet, then writes results and report.
  static func finish(
    _ loaded: LoadedExperiment, _ problem: Problem, _ directory: RunDirectory, threads: Int
  ) throws {
    StopRequest.listen()
    let runner = Runner(
      problem: problem, directory: directory, origin: loaded.origin, threads: threads,
      stop: .ofProcess)
    let dates = problem.data.dates
    let (first, last) = (problem.tested.lowerBound, problem.tested.upperBound - 1)
    for note in problem.data.notes { print("note: \(note)") }
    print(
      """
      \(loaded.experiment.name): \(problem.assetCount) assets, \(problem.rows.count) decisions, \
      \(problem.folds.count) folds, out of sample \(dates[problem.rows[first]]) to \
      \(dates[problem.rows[last]])
      \(runner.units.count) networks on \(threads) threads → \(directory.path) \
      (if interrupted: train resume \(directory.path))
      """)
    let progress = ProgressBar(
      "training", total: runner.units.count * (loaded.experiment.training.epochs + 1))
    let fits: [FittedUnit]
    do {
      fits = try runner.run(progress: progress)
    } catch {
      progress.finish(status: "stopped")
      throw resumable(error, directory)
    }
    progress.finish(status: "")
    let result = try RunResult(problem, fits: fits)
    let evidence = try RunEvidence(result)
    let files = ResultFiles(result: result, directory: directory)
    try files.write()
    try RunReport(evidence: evidence, loaded: loaded).document.write(to: directory.report)
    try files.writeSummary(loaded.provenance, evidence)
    print(MeasuresTable(result: result).text)
    print("report: \(directory.report)")
  }

  /// An error that says how to go on, where the run can.
  private static func resumable(_ error: any Error, _ directory: RunDirectory) -> any Error {
    switch error {
    case var stopped as Interruption:
      stopped.remedy = "go on by 'train resume \(directory.path)'"
      return stopped
    case let fault as FileError:
      return ExperimentError(
        "\(fault); what was saved before is intact: make room or mend the permissions, then go on by "
          + "'train resume \(directory.path)'")
    default: return error
    }
  }
}
