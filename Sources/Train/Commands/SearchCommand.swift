/// `train search`: hyper-parameters by a tree-structured Parzen estimator with successive halving.
enum SearchCommand {
  static let declaration = CommandLineCommand(
    "search", "search for hyper-parameters, on validation before the first test alone",
    discussion: """
      The config says what to search, in its section 'search': {"space": {"training.learningRate": \
      {"log": [1e-4, 1e-2]}, "model.budgets.floor": {"uniform": [0, 0.5]}, "covariance.window": {"integer": [40, 120]}, \
      "training.optimizer": {"choice": ["adamw", "sgd"]}, "training.momentum": {"uniform": [0.5, 0.99], \
      "when": {"training.optimizer": "sgd"}}}}, and how much of it: trials, batch, folds, seeds.

      No row from folds.firstTest on is read. Trials are drawn a batch at a time from the results of \
      the batches before; the worse of a batch stop early. So the search does not depend on the number of \
      threads or workers: others may join by 'train work DIR' on the directory. A trial whose training \
      fails is recorded and counts as bad.

      The directory gets trials.jsonl and trials.csv, search.svg (what mattered), and best.json, an \
      experiment to run. It carries the number of trials, which deflates the Sharpe ratio in its report.
      """,
    operands: [.required("CONFIG.json", "the experiment with its section 'search'")],
    options: [
      CommonOptions.set, CommonOptions.seed, CommonOptions.threads,
      .value(
        "output", "DIR", "put the search there, into a new directory (default: runs/NAME-search)"),
      .flag("plan", "only make the directory, for workers to join by 'train work DIR'"),
    ] + Console.options,
    examples: [
      ("train search Experiments/search.json --output runs/s", ""),
      ("train run runs/s/best.json", "the best configuration, tested"),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let console = try Console(arguments)
    let search = try SearchRun(
      planning: arguments.operand("CONFIG.json") ?? "",
      overrides: try CommonOptions.overrides(arguments), output: arguments.string("output"))
    if arguments.has("plan") {
      return console.finish(
        "search directory: \(search.directory.path); next: train work \(search.directory.path)",
        [("directory", JSONValue(search.directory.path))])
    }
    try work(search, threads: try CommonOptions.threads(arguments), console)
  }

  /// Searches, or helps to, and writes what was found.
  static func work(
    _ search: SearchRun, shard: Shard = .whole, threads: Int, _ console: Console,
    staleAfter: Double = Runner.standardStaleAfter
  ) throws {
    StopRequest.listen()
    let path = search.directory.path
    console.begin(
      "searching",
      "\(search.experiment.search.trials) trials on \(threads) threads → \(path) "
        + "(if interrupted: train resume \(path))",
      [
        ("name", JSONValue(search.experiment.name)), ("directory", JSONValue(path)),
        ("trials", JSONValue(search.experiment.search.trials)), ("threads", JSONValue(threads)),
      ])
    let progress = console.progress("searching", total: search.steps)
    let runner = Runner(
      directory: search.directory, threads: threads, stop: .ofProcess, staleAfter: staleAfter)
    let result: SearchResult
    do {
      result = try search.run(runner, shard: shard, progress: progress) { progress.note($0) }
    } catch {
      progress.finish(status: "stopped")
      throw RunCommand.resumable(error, search.directory)
    }
    progress.finish(status: "")
    try search.write(result)
    console.finish(
      "picture: \(path)/search.svg; next: train run \(path)/best.json", table: result.table,
      [
        ("directory", JSONValue(path)), ("trials", JSONValue("\(path)/trials.csv")),
        ("picture", JSONValue("\(path)/search.svg")), ("best", JSONValue("\(path)/best.json")),
      ])
  }
}
