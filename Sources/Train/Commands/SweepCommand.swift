internal import Finance

/// `train sweep`: one key at several values, chosen on validation.
enum SweepCommand {
  static let declaration = CommandLineCommand(
    "sweep", "run an experiment at several values of one key and choose on validation data",
    discussion: """
      Trains the experiment once for each value, each into a run directory of its own under the output \
      directory; what is there already is gone on with. In each fold the largest value is chosen whose \
      validation Sharpe ratio is not worse than the best by more than one standard error (put more \
      regularisation into larger values). The tests of the chosen values, one after the other, are the \
      result; the table shows them beside every value and every baseline.
      """,
    operands: [.required("CONFIG.json", "the experiment")],
    options: [
      .value("key", "KEY.PATH", "the key to sweep (default: objective.turnoverPenalty)"),
      .value("values", "A,B,…", "its values (default: 0,0.01,0.03,0.1,0.3,1)"),
      CommonOptions.set, CommonOptions.seed, CommonOptions.threads,
      .value("output", "DIR", "where the runs go (default: runs/NAME-sweep)"),
    ] + Console.options,
    examples: [
      ("train sweep Experiments/turnover.json", "the price of turnover"),
      (
        "train sweep Experiments/quickstart.json --key objective.priorPenalty --values 0.01,0.1,1",
        ""
      ),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let key = arguments.string("key") ?? "objective.turnoverPenalty"
    let texts = (arguments.string("values") ?? "0,0.01,0.03,0.1,0.3,1").split(separator: ",")
    let values = texts.compactMap { text in
      // As it is given, for a key may be of whole numbers alone.
      Double(text).map { (number: $0, config: Int(text).map { "\($0)" } ?? "\($0)") }
    }
    guard values.count == texts.count, values.count >= 2,
      Set(values.map(\.number)).count == values.count
    else {
      throw UsageError(
        "--values is '\(texts.joined(separator: ","))'; expected at least two different numbers",
        command: arguments.title)
    }
    let console = try Console(arguments)
    let threads = try CommonOptions.threads(arguments)
    let config = arguments.operand("CONFIG.json") ?? ""
    var prepared: [(value: Double, loaded: LoadedExperiment, problem: Problem)] = []
    for (value, text) in values.sorted(by: { $0.number < $1.number }) {
      let override = try ConfigOverride(parsing: "\(key)=\(text)")
      let loaded = try LoadedExperiment(
        config: config, overrides: try CommonOptions.overrides(arguments) + [override])
      guard loaded.experiment.folds.scheme != .combinatorial else {
        throw ExperimentError("a sweep needs folds in order of time, not combinatorial ones")
      }
      prepared.append((value, loaded, try loaded.problem()))
    }
    // Before anything is trained.
    try Sweep.requireSameDecisions(key, prepared.map { ($0.value, $0.problem) })
    let name = prepared[0].loaded.experiment.name
    let folder = arguments.string("output") ?? "runs/\(name)-sweep"
    let points = try prepared.map { value, loaded, problem in
      console.note("\(key) = \(value)")
      let run = try PlannedRun(
        loaded, problem, in: RunDirectory(path: "\(folder)/\(value)"))
      let result = try trained(run, threads: threads, console)
      return Sweep.Point(
        value: value, result: result, validation: try Sweep.validation(of: result))
    }
    let sweep = try Sweep(key: key, points: points)
    let report = try SweepReport(sweep: sweep)
    try AtomicFile.write(report.csv, to: "\(folder)/sweep.csv")
    try AtomicFile.write(report.markdown, to: "\(folder)/sweep.md")
    console.finish(
      "tables: \(folder)/sweep.md, \(folder)/sweep.csv", table: report.markdown,
      [
        ("directory", JSONValue(folder)), ("table", JSONValue("\(folder)/sweep.csv")),
        ("markdown", JSONValue("\(folder)/sweep.md")),
      ])
  }

  /// The result of one value's run, begun, gone on with or read.
  private static func trained(
    _ run: PlannedRun, threads: Int, _ console: Console
  ) throws -> RunResult {
    do {
      try RunCommand.work(run, run.works, threads: threads, console)
    } catch var stopped as Interruption {
      stopped.remedy = "go on by the same command"
      throw stopped
    }
    return try run.result()
  }
}
