internal import Finance

/// `train estimate`: volatility and covariance models of a CSV.
enum EstimateCommand {
  enum Model: String, CaseIterable {
    case garch
    case gjr
    case egarch
    case constantCorrelation = "ccc"
    case dynamicCorrelation = "dcc"
    case exponentialDynamicCorrelation = "egarch-dcc"
    case sample
    case ewma
    case ledoitWolf = "ledoit-wolf"
    case oas
    case principalComponents = "pca"
    case denoised

    /// The options that say something to it, of those that not every model reads.
    var options: [String] {
      switch self {
      case .garch, .gjr, .egarch, .constantCorrelation, .dynamicCorrelation,
        .exponentialDynamicCorrelation:
        ["distribution", "mean", "first-variance"]
      case .ewma: ["window", "half-life"]
      case .principalComponents: ["window", "factors"]
      case .sample, .ledoitWolf, .oas, .denoised: ["window"]
      }
    }
  }

  private enum Format: String, CaseIterable {
    case table
    case json
  }

  private enum Distribution: String, CaseIterable {
    case normal
    case student

    var value: VolatilityModel.Distribution { self == .normal ? .normal : .studentT }
  }

  private enum FirstVariance: String, CaseIterable {
    case sample
    case backcast

    var value: VolatilityModel.FirstVariance { self == .sample ? .sampleMean : .backcast }
  }

  static let declaration = CommandLineCommand(
    "estimate", "estimate a volatility or covariance model from prices or returns",
    discussion: """
      garch, gjr and egarch are fitted to each column by itself; ccc and dcc (margins garch) and \
      egarch-dcc to all together, over the rows where every column has a value. All others are \
      covariances of a window of rows. Printed are parameters with standard errors (from the \
      observed information, and robust ones of Bollerslev and Wooldridge), the log-likelihood, and \
      the volatility or covariance forecast for the row after the last.

      Prices become simple returns in percent (--scale 100); returns are taken as they are. A fit \
      that does not converge says so, and the exit code is 2.
      """,
    options: [
      .value("prices", "FILE", "CSV of dates and prices"),
      .value("returns", "FILE", "CSV of dates and returns, in any unit"),
      .value(
        "model", "MODEL",
        "\(Model.allCases.map(\.rawValue).joined(separator: "|")) (default: garch)"),
      .value(
        "distribution", "normal|student", "of the shocks, for garch to egarch-dcc (default: normal)"
      ),
      .value(
        "mean", "zero|constant", "of the returns, for garch to egarch-dcc (default: constant)"),
      .value(
        "first-variance", "sample|backcast",
        "the variance before the first row: mean squared shock, or the exponential backcast of "
          + "Python's arch (default: sample)"),
      .value("assets", "A,B,…", "the columns (default: all)"),
      .value("from", "DATE", "use data from this date on (default: all)"),
      .value("through", "DATE", "use data up to this date (default: all)"),
      .value("window", "ROWS", "rows of a covariance, the last ones (default: all)"),
      .value("half-life", "ROWS", "of the weights, for ewma (default: 20)"),
      .value("factors", "K", "factors, for pca (default: 3)"),
      .value("scale", "X", "multiply returns (default: 100 for prices, 1 for returns)"),
      .value("rows-per-year", "X", "to annualise volatilities (default: 252)"),
      CSVOptions.option,
      .value("format", "table|json", "how to print (default: table)"),
    ],
    examples: [
      (
        "train estimate --prices prices.csv --assets SP500 --model gjr --distribution student", ""
      ),
      ("train estimate --prices prices.csv --model dcc --format json", ""),
      ("train estimate --returns returns.csv --model ledoit-wolf --window 250", ""),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let (text, problems) = try output(arguments)
    print(text, terminator: "")
    guard problems.isEmpty else {
      throw ExperimentError(
        "\(problems.count) \(problems.count == 1 ? "series has" : "series have") no estimate: "
          + problems.joined(separator: " "))
    }
  }

  /// What is printed, and the series that could not be estimated, each with its reason.
  static func output(
    _ arguments: CommandLineArguments
  ) throws -> (text: String, problems: [String]) {
    let input = try EstimateInput(arguments)
    let format = try arguments.choice("format", of: Format.self) ?? .table
    let model = try arguments.choice("model", of: Model.self) ?? .garch
    try refuseWhatIsNotRead(by: model, arguments)
    switch model {
    case .garch: return try volatilities(.garch, input, arguments, format)
    case .gjr: return try volatilities(.gjr, input, arguments, format)
    case .egarch: return try volatilities(.egarch, input, arguments, format)
    case .constantCorrelation:
      return (try correlations(.constant, .garch, input, arguments, format), [])
    case .dynamicCorrelation:
      return (try correlations(.dynamic, .garch, input, arguments, format), [])
    case .exponentialDynamicCorrelation:
      return (try correlations(.dynamic, .egarch, input, arguments, format), [])
    case .sample, .ewma, .ledoitWolf, .oas, .principalComponents, .denoised:
      return (try covariance(model, input, arguments, format), [])
    }
  }

  private static func refuseWhatIsNotRead(
    by model: Model, _ arguments: CommandLineArguments
  ) throws {
    for option in Set(Model.allCases.flatMap(\.options)).sorted()
    where arguments.has(option) && !model.options.contains(option) {
      let readers = Model.allCases.filter { $0.options.contains(option) }.map(\.rawValue)
      throw UsageError(
        "--\(option) goes with --model \(readers.joined(separator: ", ")), not \(model.rawValue)")
    }
  }

  private static func volatilityModel(
    _ dynamics: VolatilityModel.Dynamics, _ arguments: CommandLineArguments
  ) throws -> VolatilityModel {
    VolatilityModel(
      dynamics, mean: try arguments.choice("mean", of: VolatilityModel.Mean.self) ?? .constant,
      distribution: try arguments.choice("distribution", of: Distribution.self)?.value ?? .normal,
      firstVariance: try arguments.choice("first-variance", of: FirstVariance.self)?.value
        ?? .sampleMean)
  }

  private static func volatilities(
    _ dynamics: VolatilityModel.Dynamics, _ input: EstimateInput,
    _ arguments: CommandLineArguments, _ format: Format
  ) throws -> (text: String, problems: [String]) {
    let model = try volatilityModel(dynamics, arguments)
    let estimates = try input.assets.map {
      VolatilityEstimate(model, try input.series($0), rowsPerYear: input.rowsPerYear)
    }
    let problems = estimates.compactMap(\.problem)
    switch format {
    case .table:
      return (
        estimates.map { $0.text(unit: input.unit) }.joined(separator: "\n"), problems
      )
    case .json:
      let object = JSONValue(object: [
        ("scale", JSONValue(input.scale)), ("series", JSONValue(.array(estimates.map(\.json)))),
      ])
      return (object.text(), problems)
    }
  }

  private static func correlations(
    _ dynamics: CorrelationModel.Dynamics, _ margin: VolatilityModel.Dynamics,
    _ input: EstimateInput, _ arguments: CommandLineArguments, _ format: Format
  ) throws -> String {
    let model = CorrelationModel(dynamics, margin: try volatilityModel(margin, arguments))
    let estimate = try CorrelationEstimate(model, input)
    return format == .table ? estimate.text : estimate.json.text()
  }

  private static func covariance(
    _ model: Model, _ input: EstimateInput, _ arguments: CommandLineArguments, _ format: Format
  ) throws -> String {
    let (dates, returns, leftOut) = try input.matrix()
    let window = try arguments.int("window", in: 2...10_000_000) ?? returns.rows
    guard window <= returns.rows, window >= 2 else {
      throw UsageError(
        "--window is \(window), but \(input.path) has \(returns.rows) returns for all columns")
    }
    let halfLife = try arguments.double("half-life", in: .above(0)) ?? 20
    let factors = try arguments.int("factors", in: 1...1000) ?? 3
    let matrix: Matrix
    var facts: [(name: String, value: Double)] = []
    switch model {
    case .ewma: matrix = EWMACovariance(halfLife: halfLife, window: window).covariance(of: returns)
    case .ledoitWolf:
      let (value, shrinkage) = LedoitWolfCovariance(window: window).shrunk(returns)
      (matrix, facts) = (value, [("shrinkage", shrinkage)])
    case .oas:
      let (value, shrinkage) = OASCovariance(window: window).shrunk(returns)
      (matrix, facts) = (value, [("shrinkage", shrinkage)])
    case .principalComponents:
      let parts = PrincipalComponentCovariance(factors: factors, window: window)
        .decomposition(of: returns)
      let explained = (0..<parts.factors.rows).reduce(0) { $0 + parts.factors[$1, $1] }
      (matrix, facts) = (parts.dense, [("explained", explained / Double(returns.columns))])
    case .denoised: matrix = DenoisedCovariance(window: window).covariance(of: returns)
    default: matrix = SampleCovariance(window: window).covariance(of: returns)
    }
    let estimate = CovarianceEstimate(
      title: "\(dates[dates.count - 1])", assets: input.assets, covariance: matrix,
      rowsPerYear: input.rowsPerYear, facts: facts)
    switch format {
    case .table:
      return
        "\(model.rawValue) covariance of \(window) returns up to \(dates[dates.count - 1]), in "
        + input.unit
        + (leftOut > 0 ? "; \(leftOut) rows without all columns are left out\n" : "\n")
        + estimate.text
    case .json:
      let members: [(String, JSONValue)] = [
        ("model", JSONValue(model.rawValue)), ("date", JSONValue("\(dates[dates.count - 1])")),
        ("window", JSONValue(window)), ("scale", JSONValue(input.scale)),
      ]
      return JSONValue(object: members + estimate.members).text()
    }
  }
}
