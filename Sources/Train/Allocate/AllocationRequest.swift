internal import Finance

/// What a portfolio shall be like, from the command line.
struct AllocationRequest {
  let method: AllocationMethod
  /// In the order of the assets; ones where all count the same.
  let budgets: [Double]
  let constraints: WeightConstraints
  let definition: ConstrainedRiskBudgetSolver.Definition
  let risk: AllocationRisk
  let confidence: Double
  /// Per row; `nil` if not given.
  let expectedReturns: [Double]?
  /// κ of `−κ μᵀw + σ`, in units of a row; zero without.
  let tilt: Double
  let riskAversion: Double
  let linkage: HierarchicalClustering.Linkage?
  let clusters: Int?
  /// The weights of a fixed mix.
  let mix: [Double]
  /// The volatility to scale to, per row, and the largest sum of weights.
  let target: (volatility: Double, exposure: Double)?

  init(_ arguments: CommandLineArguments, _ input: AllocationInput) throws {
    let assets = input.assets
    func numbers(_ option: String, standard: Double?, common: Bool = false) throws -> [Double]? {
      try arguments.string(option).map {
        try NamedValues.parse(
          $0, option: option, assets: assets, standard: standard, allowsCommon: common)
      }
    }
    method = try AllocationMethod(arguments)
    constraints = try Self.constraints(arguments, assets, numbers)
    definition =
      try arguments.choice("definition", of: ConstrainedRiskBudgetSolver.Definition.self)
      ?? .homogenised
    risk = try arguments.choice("risk-measure", of: AllocationRisk.self) ?? .volatility
    confidence = try arguments.double("confidence", in: .between(0, 1)) ?? 0.95
    if arguments.has("confidence"), method != .minimumCVaR, !risk.hasConfidence {
      throw UsageError("--confidence goes with --risk-measure \(AllocationRisk.withConfidence)")
    }
    if let rows = input.scenarios?.rows,
      let fault = risk.fault(confidence: confidence, scenarios: rows)
    {
      throw UsageError("--risk-measure \(fault); lower --confidence or lengthen --window")
    }
    let years = input.rowsPerYear
    expectedReturns = try numbers("expected-returns", standard: nil, common: true)
      .map { $0.map { $0 / years } }
    tilt = try (arguments.double("tilt", in: 0...1e6) ?? 0) * years.squareRoot()
    riskAversion = try arguments.double("risk-aversion", in: .above(0)) ?? 1
    linkage = try arguments.choice("linkage", of: HierarchicalClustering.Linkage.self)
    clusters = try arguments.int("clusters", in: 1...assets.count)
    target = try arguments.double("volatility-target", in: .above(0)).map { volatility in
      (
        volatility / years.squareRoot(),
        try arguments.double("max-exposure", in: .above(0)) ?? 1
      )
    }
    if target == nil, arguments.has("max-exposure") {
      throw UsageError("--max-exposure goes with --volatility-target")
    }
    var given = [Double](repeating: 1, count: assets.count)
    if method == .riskBudget {
      guard let budgets = try numbers("budgets", standard: nil) else {
        throw UsageError("--method risk-budget needs --budgets", command: arguments.title)
      }
      given = budgets
    }
    budgets = try Self.bounded(given, arguments, assets, numbers)
    mix = try numbers("weights", standard: 0) ?? []
    try refuseWhatDoesNotGoTogether(arguments, input)
  }

  private typealias Numbers = (String, Double?, Bool) throws -> [Double]?

  private static func constraints(
    _ arguments: CommandLineArguments, _ assets: [String], _ numbers: Numbers
  ) throws -> WeightConstraints {
    let groups = try arguments.string("groups").map { try GroupsFile.read($0, assets: assets) }
    guard arguments.has("turnover") == arguments.has("holding") else {
      throw UsageError(
        "--turnover limits the change from --holding: give both, such as --turnover 0.2 "
          + "--holding \(assets[0])=1")
    }
    return WeightConstraints(
      count: assets.count, lower: try numbers("lower", 0, true),
      upper: try numbers("upper", 1, true), groups: groups ?? [],
      previousWeights: try numbers("holding", 0, false),
      turnoverLimit: try arguments.double("turnover", in: 0...2))
  }

  /// The budgets, moved into their bounds if there are any.
  private static func bounded(
    _ budgets: [Double], _ arguments: CommandLineArguments, _ assets: [String],
    _ numbers: Numbers
  ) throws -> [Double] {
    let bounds = ["budget-lower", "budget-upper", "budget-groups"]
    guard bounds.contains(where: arguments.has) else { return budgets }
    let sum = budgets.reduce(0, +)
    guard budgets.allSatisfy({ $0 >= 0 }), sum > 0 else { return budgets }  // The solver says so.
    let groups = try arguments.string("budget-groups")
      .map { try GroupsFile.read($0, assets: assets) }
    let constraints = WeightConstraints(
      count: assets.count, lower: try numbers("budget-lower", 0, true),
      upper: try numbers("budget-upper", 1, true), groups: groups ?? [])
    return try AssetNames(names: assets).explaining {
      try BudgetProjection(constraints: constraints).project(budgets.map { $0 / sum }).budgets
    }
  }

  private func refuseWhatDoesNotGoTogether(
    _ arguments: CommandLineArguments, _ input: AllocationInput
  ) throws {
    let limits = ["lower", "upper", "groups", "turnover"].filter { arguments.has($0) }
    if risk != .volatility, let limit = limits.first {
      throw UsageError(
        "--risk-measure \(risk.rawValue) is shared out without constraints; leave --\(limit) out, "
          + "or share out volatility")
    }
    if risk != .volatility || method == .minimumCVaR, input.scenarios == nil {
      throw UsageError(
        "\(method == .minimumCVaR ? "--method minimum-cvar" : "--risk-measure \(risk.rawValue)") "
          + "needs --prices or --returns; a covariance does not tell it")
    }
    if arguments.has("tilt") {
      guard risk == .volatility, limits.isEmpty else {
        throw UsageError(
          "--tilt goes with volatility and without constraints; leave "
            + "--\(limits.first ?? "risk-measure") out")
      }
    }
    let needsReturns =
      method == .maximumSharpe || method == .meanVariance || arguments.has("tilt")
    if needsReturns, expectedReturns == nil {
      throw UsageError(
        "\(arguments.has("tilt") ? "--tilt" : "--method \(method.rawValue)") needs "
          + "--expected-returns")
    }
    if !needsReturns, arguments.has("expected-returns") {
      throw UsageError("--expected-returns go with --tilt here")
    }
    if arguments.has("definition"), limits.isEmpty {
      throw UsageError(
        "--definition says what gives way to constraints; give --lower, --upper, --groups or "
          + "--turnover with it")
    }
    if method == .fixedMix {
      let sum = mix.reduce(0, +)
      guard !mix.isEmpty, mix.allSatisfy({ $0 >= 0 }), (sum - 1).magnitude < 1e-9 else {
        throw UsageError(
          mix.isEmpty
            ? "--method fixed-mix needs --weights"
            : "--weights sum to \(sum); expected weights of 0 or more that sum to 1")
      }
    }
  }
}
