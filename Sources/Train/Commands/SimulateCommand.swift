internal import Autodiff
internal import Finance

/// `train simulate`: a rule on thousands of simulated market paths.
enum SimulateCommand {
  static let declaration = CommandLineCommand(
    "simulate", "run a rule on simulated market paths: Monte Carlo with confidence bands",
    discussion: """
      A model of the markets is estimated on all data of the config, and paths are drawn from it; on \
      each the rule decides, trades, drifts and pays as in the backtest. Assets, costs, lag, \
      covariance and cash (its mean return) are the config's, and so are covariance.halfLife for the \
      model ewma and covariance.factors for pca.

      The table has mean and quantiles over the paths: volatility and Sharpe ratio are of periods of \
      21 rows, the ratio in excess of cash. --output writes the bands of wealth over time.

      Path k has a random stream of its own: results do not depend on the number of threads.
      """,
    operands: [.optional("CONFIG.json", "the experiment (default: Experiments/quickstart.json)")],
    options: [
      .value(
        "rule", "NAME|JSON",
        "a rule of the config's baselines, as risk-parity or '{\"rule\": \"hrp\", \"every\": 5}' "
          + "(default: the config's strategy, or else risk-parity; monthly)"),
      .value(
        "model", "NAME",
        "\(MarketModel.allCases.map(\.rawValue).joined(separator: "|")) (default: bootstrap)"),
      .value("paths", "N", "how many paths (default: 10000)"),
      .value("years", "Y", "how long they are (default: 5)"),
      CommonOptions.set, CommonOptions.seed,
      .value(
        "threads", "N", "use N threads (default: one per core); results do not depend on it"),
      .value("output", "FILE", "write the bands of wealth there as CSV"),
    ],
    examples: [
      ("train simulate", "risk parity, 10,000 paths of five years"),
      (
        "train simulate Experiments/us-multi-asset.json --model garch-dcc --rule hrp "
          + "--output bands.csv", ""
      ),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let path = arguments.operand("CONFIG.json") ?? "Experiments/quickstart.json"
    let loaded = try LoadedExperiment(
      config: path, overrides: try CommonOptions.overrides(arguments))
    let experiment = loaded.experiment
    let baseline = try baseline(arguments, experiment)
    guard case .rule(let rule) = baseline.strategy else {
      throw UsageError(
        "--rule \(baseline.rule.rawValue) needs more than prices; expected a rule that decides by "
          + "returns alone")
    }
    let model = try arguments.choice("model", of: MarketModel.self) ?? .bootstrap
    let years = try arguments.double("years", in: 0.25...100) ?? 5
    let count = try arguments.int("paths", in: 1...10_000_000) ?? 10_000
    let data = loaded.data
    guard data.isComplete else {
      throw ExperimentError(
        "\(path): assets are listed late, and markets are simulated from returns of all of them; "
          + "--set data.lateListings=trim leaves out the rows before")
    }
    let n = data.assets.count
    let history = Matrix(
      rows: data.dates.count - data.firstReturnRow, columns: n,
      elements: Array(data.returns.elements[(data.firstReturnRow * n)...]))
    let (simulator, facts) = try model.simulator(
      history, halfLife: experiment.covariance.halfLife, factors: experiment.covariance.factors)
    let simulation = try Simulation(
      MonteCarlo(
        simulator: simulator, rule: rule, schedule: baseline.schedule ?? .monthly,
        estimator: experiment.covariance.value,
        rows: Int((years * experiment.data.rowsPerYear).rounded()), lag: experiment.execution.lag,
        costs: [Double](
          repeating: experiment.execution.costBasisPoints * 1e-4, count: n),
        cashReturn: Measures.mean(Array(data.cashReturns[data.firstReturnRow...])),
        rowsPerYear: experiment.data.rowsPerYear,
        from: data.dates[data.dates.count - 1].advanced(by: 1)),
      paths: count,
      generator: SplitMix64(seed: UInt64(experiment.seed)).split("simulate").split(model.rawValue),
      threads: try CommonOptions.threads(arguments))
    print(
      """
      \(baseline.title)\(baseline.schedule == nil ? ", monthly" : "") on \
      \(data.assets.joined(separator: ", ")): \(facts), estimated on \(history.rows) rows
      """)
    print(simulation.table)
    if let output = arguments.string("output") {
      try simulation.csv.write(to: output)
      print("bands: \(output)")
    }
  }

  /// The rule asked for, read as a config would.
  private static func baseline(
    _ arguments: CommandLineArguments, _ experiment: Experiment
  ) throws -> Baseline {
    guard let text = arguments.string("rule") else {
      if let strategy = experiment.strategy { return strategy }
      return try read("\"risk-parity\"", experiment)
    }
    let isObject = text.contains { $0 == "{" }
    return try read(isObject ? text : JSONValue.quoted(text), experiment)
  }

  private static func read(_ text: String, _ experiment: Experiment) throws -> Baseline {
    let document = try ConfigDocument(parsing: "{\"rule\": \(text)}", file: "--rule")
    return try document.decode { reader in
      reader.object("rule", shorthand: "rule", default: "risk-parity") {
        Baseline(
          $0, assets: experiment.data.assets, rowsPerYear: experiment.data.rowsPerYear)
      }
    }.value
  }
}
