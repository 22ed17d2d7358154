internal import Finance

/// `train allocate`: portfolio weights from prices or a covariance, without training or config.
enum AllocateCommand {
  private enum Method: String, CaseIterable {
    case riskBudget = "risk-budget"
    case riskParity = "risk-parity"
    case inverseVolatility = "inverse-volatility"
    case minimumVariance = "minimum-variance"
    case equalWeight = "equal-weight"
  }

  private enum Format: String, CaseIterable {
    case table
    case csv
    case json
  }

  static let declaration = CommandLineCommand(
    "allocate", "portfolio weights from prices, returns or a covariance matrix; no training",
    discussion: """
      Long-only weights that sum to one. Risk budgets are shares of the portfolio's variance that \
      each asset shall contribute: equal ones are risk parity, zero leaves an asset out.

      Volatility is per row of the data (per day for daily prices), or in the unit of the \
      covariance matrix.
      """,
    options: [
      .value("prices", "FILE", "CSV of dates and prices"),
      .value("returns", "FILE", "CSV of dates and simple returns"),
      .value("covariance-matrix", "FILE", "CSV; first row and column are asset names"),
      .value("assets", "A,B,…", "the columns to invest in (default: all)"),
      .value(
        "method", "METHOD",
        "\(Method.allCases.map(\.rawValue).joined(separator: "|")) (default: risk-parity, or "
          + "risk-budget with --budgets)"),
      .value("budgets", "A=0.5,B=…|FILE", "risk budgets; only their proportions matter"),
      .value("estimator", "NAME", "covariance: sample|ewma|ledoit-wolf (default: sample)"),
      .value("window", "ROWS", "rows of returns used (default: 250)"),
      .value("half-life", "ROWS", "of the weights, for ewma (default: 20)"),
      .value("as-of", "DATE", "use data up to this date (default: all)"),
      .value("format", "table|csv|json", "how to print (default: table)"),
    ],
    examples: [
      ("train allocate --prices prices.csv", "risk parity by the last 250 days"),
      (
        "train allocate --prices prices.csv --budgets SP500=0.5,UST10Y=0.3,GOLD=0.2 "
          + "--assets SP500,UST10Y,GOLD --format json", ""
      ),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let input = try AllocationInput(arguments)
    let format = try arguments.choice("format", of: Format.self) ?? .table
    let allocation = try Allocation(input, weights(arguments, input))
    switch format {
    case .table: print(allocation.table, terminator: "")
    case .csv: print(allocation.csv, terminator: "")
    case .json: print(allocation.json.text(), terminator: "")
    }
  }

  private static func weights(
    _ arguments: CommandLineArguments, _ input: AllocationInput
  ) throws -> (weights: [Double], iterations: Int?) {
    let method =
      try arguments.choice("method", of: Method.self)
      ?? (arguments.has("budgets") ? .riskBudget : .riskParity)
    if method != .riskBudget, arguments.has("budgets") {
      throw UsageError("--budgets go with --method risk-budget, not \(method.rawValue)")
    }
    switch method {
    case .riskBudget, .riskParity:
      var budgets = [Double](repeating: 1, count: input.assets.count)
      if method == .riskBudget {
        guard let text = arguments.string("budgets") else {
          throw UsageError("--method risk-budget needs --budgets", command: arguments.title)
        }
        budgets = try NamedValues.parse(
          text, option: "budgets", assets: input.assets, standard: nil)
      }
      let solution = try RiskBudgetSolver().solve(covariance: input.covariance, budgets: budgets)
      return (solution.weights, solution.iterations)
    case .inverseVolatility:
      return (try InverseVolatility().weights(covariance: input.covariance), nil)
    case .minimumVariance:
      return (try MinimumVariance().weights(covariance: input.covariance), nil)
    case .equalWeight:
      return (EqualWeight().weights(covariance: input.covariance), nil)
    }
  }
}
