internal import Finance

/// `train run`: a walk-forward experiment from config to report.
enum RunCommand {
  static let declaration = CommandLineCommand(
    "run", "run an experiment: train every fold, backtest, write a report",
    discussion: """
      The run directory holds everything: the resolved config.json, run.json (program, instruction \
      set, data checksums), checkpoints of every fold, weights.csv, returns.csv, budgets.csv, \
      risk_contributions.csv, metrics.jsonl, summary.json and report.html.

      An interrupted run loses at most a few epochs: 'train resume DIR' goes on to the same bits.

      With --json every epoch is an event: fold, member, epoch, losses, and the seconds left of all.
      """,
    operands: [.optional("CONFIG.json", "the experiment (default: Experiments/quickstart.json)")],
    options: [
      CommonOptions.set, CommonOptions.seed, CommonOptions.threads, CommonOptions.output,
    ] + Console.options,
    examples: [
      ("train", "the quick start"),
      ("train Experiments/us-multi-asset.json --output runs/wide", "another experiment"),
      (
        "train run Experiments/quickstart.json --set execution.costBasisPoints=25",
        "the same with higher costs"
      ),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let console = try Console(arguments)
    let threads = try CommonOptions.threads(arguments)
    let run = try PlannedRun(
      planning: arguments.operand("CONFIG.json") ?? "Experiments/quickstart.json",
      overrides: try CommonOptions.overrides(arguments), output: arguments.string("output"))
    try finish(run, threads: threads, console)
  }

  /// Trains what is not trained yet, then writes results and report.
  static func finish(_ run: PlannedRun, threads: Int, _ console: Console) throws {
    let (problem, path) = (run.problem, run.directory.path)
    let dates = problem.data.dates
    let (first, last) = (problem.tested.lowerBound, problem.tested.upperBound - 1)
    for note in problem.notes { console.note("note: \(note)") }
    let work =
      run.works.isEmpty
      ? "nothing to train, rules decide" : "\(run.works.count) networks on \(threads) threads"
    console.begin(
      "training",
      """
      \(problem.experiment.name): \(problem.assetCount) assets, \(problem.rows.count) decisions, \
      \(problem.folds.count) folds, out of sample \(dates[problem.rows[first]]) to \
      \(dates[problem.rows[last]])
      \(work) → \(path) (if interrupted: train resume \(path))
      """,
      [
        ("name", JSONValue(problem.experiment.name)), ("directory", JSONValue(path)),
        ("assets", JSONValue(problem.assetCount)), ("decisions", JSONValue(problem.rows.count)),
        ("folds", JSONValue(problem.folds.count)), ("networks", JSONValue(run.works.count)),
        ("threads", JSONValue(threads)),
      ])
    try self.work(run, run.works, threads: threads, console)
    try merge(run, console)
  }

  /// Does some of a run's work, with a bar to watch; signals stop it with everything saved.
  static func work(
    _ run: PlannedRun, _ works: [UnitWork], threads: Int, _ console: Console,
    staleAfter: Double = Runner.standardStaleAfter
  ) throws {
    StopRequest.listen()
    guard !works.isEmpty else { return }
    let progress = console.progress("training", total: works.reduce(0) { $0 + $1.steps })
    let runner = Runner(
      directory: run.directory, threads: threads, stop: .ofProcess, staleAfter: staleAfter)
    do { try runner.run(works, progress: progress) } catch {
      progress.finish(status: "stopped")
      throw resumable(error, run.directory)
    }
    progress.finish(status: "")
  }

  /// Puts the finished units together and writes what the run found.
  static func merge(_ run: PlannedRun, _ console: Console) throws {
    let result = try run.result()
    let evidence = try RunEvidence(result)
    let files = ResultFiles(result: result, directory: run.directory)
    try files.write()
    try RunReport(evidence: evidence, provenance: run.provenance).document
      .write(to: run.directory.report)
    try files.writeSummary(run.provenance, evidence)
    let model = result.model.summary
    console.finish(
      "report: \(run.directory.report)",
      table: MeasuresTable(evidence: evidence).text
        + (DrawdownForecast(result).map { "\n" + $0.text } ?? ""),
      [
        ("directory", JSONValue(run.directory.path)), ("report", JSONValue(run.directory.report)),
        ("summary", JSONValue(run.directory.summary)),
        ("sharpeRatio", JSONValue(model.sharpeRatio)),
        ("annualReturn", JSONValue(model.annualReturn)),
        ("annualVolatility", JSONValue(model.annualVolatility)),
        ("maximumDrawdown", JSONValue(model.maximumDrawdown)),
        ("turnoverPerYear", JSONValue(model.turnoverPerYear)),
      ])
  }

  /// An error that says how to go on, where the run can.
  static func resumable(_ error: any Error, _ directory: RunDirectory) -> any Error {
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
