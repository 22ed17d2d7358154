/// How `train allocate` makes a portfolio.
enum AllocationMethod: String, CaseIterable {
  case riskBudget = "risk-budget"
  case riskParity = "risk-parity"
  case inverseVolatility = "inverse-volatility"
  case minimumVariance = "minimum-variance"
  case maximumDiversification = "maximum-diversification"
  case maximumSharpe = "maximum-sharpe"
  case meanVariance = "mean-variance"
  case minimumCVaR = "minimum-cvar"
  case hierarchicalRiskParity = "hrp"
  case hierarchicalEqualRisk = "herc"
  case nestedClusters = "nco"
  case equalWeight = "equal-weight"
  case fixedMix = "fixed-mix"

  /// The options of the command that only some methods take.
  static let ownOptions = [
    "budgets", "budget-lower", "budget-upper", "budget-groups", "lower", "upper", "groups",
    "turnover", "holding", "definition", "risk-measure", "confidence", "expected-returns", "tilt",
    "risk-aversion", "linkage", "clusters", "weights",
  ]

  /// Which of them this one takes.
  var options: Set<String> {
    switch self {
    case .riskBudget:
      Self.riskParity.options.union(["budgets", "budget-lower", "budget-upper", "budget-groups"])
    case .riskParity:
      [
        "lower", "upper", "groups", "turnover", "holding", "definition", "risk-measure",
        "confidence", "expected-returns", "tilt",
      ]
    case .minimumVariance, .maximumDiversification: ["lower", "upper"]
    case .maximumSharpe: ["lower", "upper", "expected-returns"]
    case .meanVariance: ["lower", "upper", "expected-returns", "risk-aversion"]
    case .minimumCVaR: ["lower", "upper", "confidence"]
    case .hierarchicalRiskParity: ["linkage"]
    case .hierarchicalEqualRisk, .nestedClusters: ["linkage", "clusters"]
    case .fixedMix: ["weights"]
    case .inverseVolatility, .equalWeight: []
    }
  }

  /// The method of a command line; refuses options that it would ignore.
  init(_ arguments: CommandLineArguments) throws {
    let implied: Self =
      arguments.has("budgets") ? .riskBudget : arguments.has("weights") ? .fixedMix : .riskParity
    self = try arguments.choice("method", of: Self.self) ?? implied
    for option in Self.ownOptions where arguments.has(option) && !options.contains(option) {
      let takers = Self.allCases.filter { $0.options.contains(option) }.map(\.rawValue)
      throw UsageError(
        "--\(option) goes with --method \(takers.joined(separator: ", ")), not \(rawValue)")
    }
  }
}
