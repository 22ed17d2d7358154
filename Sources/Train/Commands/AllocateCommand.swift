internal import Finance

/// `train allocate`: portfolio weights from prices or a covariance, without training or config.
enum AllocateCommand {
  private enum Format: String, CaseIterable {
    case table
    case csv
    case json
  }

  private static func words<Choice: CaseIterable & RawRepresentable<String>>(
    _: Choice.Type
  ) -> String { Choice.allCases.map(\.rawValue).joined(separator: "|") }

  static let declaration = CommandLineCommand(
    "allocate", "portfolio weights from prices, returns or a covariance matrix; no training",
    discussion: """
      Long-only weights that sum to one. Risk budgets are shares of the portfolio's risk that each \
      asset shall contribute: equal ones are risk parity, zero leaves an asset out.

      A, B, … are columns of the file; NAME=VALUE lists may be CSV files of two columns instead, and \
      bounds one number for all assets. A groups file has the columns \
      group,minimum,maximum,assets, as in 'bonds,0.2,0.6,UST2Y UST10Y'; empty bounds are none.

      Where weights are bounded, budgets cannot all be met. Definition 'homogenised' finds the \
      least ln(volatility) − Σ budget·ln(weight) within the bounds; 'calibrated' keeps \
      weight × marginal risk in proportion to the budgets for every asset between its bounds.

      Volatility and expected returns are per row of the data (per day for daily prices) or in the \
      unit of the covariance matrix; --rows-per-year 252 states them per year. The binding \
      constraints are listed. JSON numbers have 17 significant digits, which read back to the same \
      bits.
      """,
    options: [
      .value("prices", "FILE", "CSV of dates and prices"),
      .value("returns", "FILE", "CSV of dates and simple returns"),
      .value("covariance-matrix", "FILE", "CSV; first row and column are asset names"),
      .value("assets", "A,B,…", "the columns to invest in (default: all)"),
      .value("window", "ROWS", "rows of returns used (default: 250)"),
      .value("as-of", "DATE", "use data up to this date (default: all)"),
      .value(
        "method", "METHOD",
        "\(words(AllocationMethod.self)) (default: risk-parity, or risk-budget with --budgets)"),
      .value("budgets", "A=0.5,B=…|FILE", "risk budgets; only their proportions matter"),
      .value(
        "budget-lower", "A=0.1,…|X", "floors of the budgets, which are moved as little as possible"),
      .value("budget-upper", "A=0.4,…|X", "caps of the budgets"),
      .value("budget-groups", "FILE", "floors and caps of groups' budgets"),
      .value("lower", "A=0.1,…|X", "smallest weights"),
      .value("upper", "A=0.4,…|X", "largest weights"),
      .value("groups", "FILE", "smallest and largest sums of groups' weights"),
      .value("turnover", "X", "largest Σ|w − holding|: 2 sells all and buys anew"),
      .value("holding", "A=0.6,…|FILE", "the weights held now; what is not named is not held"),
      .value(
        "definition", "NAME",
        "\(words(ConstrainedRiskBudgetSolver.Definition.self)) "
          + "(default: homogenised)"),
      .value("risk-measure", "NAME", "\(words(AllocationRisk.self)) (default: volatility)"),
      .value(
        "confidence", "X", "of \(AllocationRisk.withConfidence) and minimum-cvar (default: 0.95)"),
      .value("expected-returns", "A=0.05,…|FILE", "for maximum-sharpe, mean-variance and --tilt"),
      .value("tilt", "K", "share out the risk volatility − K × expected return"),
      .value("risk-aversion", "X", "of mean-variance (default: 1)"),
      .value("linkage", words(HierarchicalClustering.Linkage.self), "of hrp, herc and nco"),
      .value("clusters", "N", "of herc and nco (default: √(assets/2))"),
      .value("weights", "A=0.6,B=0.4", "of fixed-mix, whose risk is then told"),
      .value("volatility-target", "X", "scale to this volatility; the rest is cash"),
      .value("max-exposure", "X", "largest sum of weights then (default: 1)"),
      .value(
        "estimator", "NAME",
        "covariance: \(words(CovarianceSettings.Estimator.self)) (default: sample)"),
      .value("half-life", "ROWS", "of the weights, for ewma (default: 20)"),
      .value("factors", "N", "of pca (default: 3)"),
      .value(
        "margin", words(VolatilityModel.Dynamics.self),
        "volatilities of ccc and dcc (default: garch)"),
      .value("rows-per-year", "N", "state volatility and expected returns per year of N rows"),
      CSVOptions.option,
      .value("format", "table|csv|json", "how to print (default: table)"),
    ],
    examples: [
      ("train allocate --prices prices.csv", "risk parity by the last 250 days"),
      (
        "train allocate --prices prices.csv --budgets SP500=0.5,UST10Y=0.3,GOLD=0.2 "
          + "--assets SP500,UST10Y,GOLD --format json", ""
      ),
      (
        "train allocate --prices prices.csv --upper 0.3 --groups groups.csv --turnover 0.2 "
          + "--holding now.csv", "bounded risk parity, not far from what is held"
      ),
      (
        "train allocate --prices prices.csv --risk-measure cvar --confidence 0.9 --window 1000",
        "each asset contributes the same to the mean of the worst tenth of the days"
      ),
      (
        "train allocate --prices prices.csv --method hrp --volatility-target 0.1 "
          + "--rows-per-year 252", "hierarchical risk parity at 10 % a year, the rest in cash"
      ),
    ])

  static func run(_ arguments: CommandLineArguments) throws {
    let input = try AllocationInput(arguments)
    let format = try arguments.choice("format", of: Format.self) ?? .table
    let allocation = try Allocation(input, AllocationRequest(arguments, input))
    switch format {
    case .table: print(allocation.table, terminator: "")
    case .csv: print(allocation.csv, terminator: "")
    case .json: print(allocation.json.text(digits: 17), terminator: "")
    }
  }
}
