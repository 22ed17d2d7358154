internal import Finance

/// `train report`: rebuilds a run's report, or puts several runs side by side.
enum ReportCommand {
  static let declaration = CommandLineCommand(
    "report", "rebuild the report of a run, or compare several runs in one page",
    discussion: """
      With one RUN its report.html is written anew from its checkpoints; nothing is trained. \
      Sections of 'train explain' and 'train stress' are included where those have been run.

      With --compare the models of two or more runs are compared on the dates they share: figures, \
      growth, drawdowns, weights, and paired tests of their Sharpe ratios. Only returns.csv, \
      weights.csv, config.json and summary.json of each run are read.
      """,
    operands: [.several("RUN", "run directories")],
    options: [
      .flag("compare", "compare the runs instead of rebuilding one report"),
      .value(
        "output", "FILE",
        "write the page there (default: report.html of the run, or comparison.html here)"),
      .value(
        "trials", "N",
        "configurations tried, for the deflated Sharpe ratio (default: report.trials of the config)"
      ),
    ],
    examples: [
      ("train report runs/quickstart", ""),
      ("train report --compare runs/quickstart runs/linear --output both.html", ""),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let trials = try arguments.int("trials", in: 1...1_000_000_000)
    if arguments.has("compare") {
      guard arguments.operands.count >= 2 else {
        throw UsageError(
          "--compare needs at least two runs, found \(arguments.operands.count)",
          command: arguments.title)
      }
      if trials != nil {
        throw UsageError("--trials goes with one run, not with --compare", command: arguments.title)
      }
      let comparison = try RunComparison(arguments.operands)
      let path = arguments.string("output") ?? "comparison.html"
      try comparison.document.write(to: path)
      print(comparison.text, terminator: "")
      print("comparison: \(path)")
      return
    }
    guard arguments.operands.count == 1, let path = arguments.operands.first else {
      throw UsageError(
        "\(arguments.operands.count) runs; give one, or compare them by --compare",
        command: arguments.title)
    }
    let run = try FinishedRun(path)
    Console().warn(run.warnings)
    let target = arguments.string("output") ?? run.directory.report
    let report = try run.report(trials: trials)
    try report.document.write(to: target)
    print(MeasuresTable(evidence: report.evidence).text)
    print("report: \(target)")
  }
}
