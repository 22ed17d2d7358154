internal import Finance

extension AllocationRequest {
  /// The portfolio.
  func allocate(_ input: AllocationInput) throws -> AllocationResult {
    var result = try AssetNames(names: input.assets).explaining { try solve(input) }
    guard let target else { return result }
    let volatility = Allocation.variance(result.weights, input.covariance).total.squareRoot()
    let exposure = min(target.exposure, target.volatility / volatility)
    result.weights = result.weights.map { exposure * $0 }
    result.risk = result.risk.map { exposure * $0 }
    return result
  }

  private func solve(_ input: AllocationInput) throws -> AllocationResult {
    switch method {
    case .riskBudget, .riskParity: return try shareOut(input)
    case .minimumCVaR:
      guard let scenarios = input.scenarios else { fatalError("minimum CVaR without scenarios") }
      return AllocationResult(
        weights: try MinimumCVaR(level: confidence, bounds: bounds()).weights(scenarios: scenarios))
    default:
      return AllocationResult(weights: try rule().weights(covariance: input.covariance))
    }
  }

  private func bounds() throws -> SimplexBounds {
    try SimplexBounds(lower: constraints.lower, upper: constraints.upper)
  }

  /// The rule of a method that needs a covariance only.
  private func rule() throws -> any AllocationRule {
    switch method {
    case .inverseVolatility: return InverseVolatility()
    case .minimumVariance: return MinimumVariance(bounds: try bounds())
    case .maximumDiversification: return MaximumDiversification(bounds: try bounds())
    case .maximumSharpe:
      return MaximumSharpe(expectedReturns: expectedReturns ?? [], bounds: try bounds())
    case .meanVariance:
      return MeanVariance(
        expectedReturns: expectedReturns ?? [], riskAversion: riskAversion, bounds: try bounds())
    case .hierarchicalRiskParity: return HierarchicalRiskParity(linkage: linkage ?? .single)
    case .hierarchicalEqualRisk:
      return HierarchicalEqualRisk(clusters: clusters, linkage: linkage ?? .ward)
    case .nestedClusters: return NestedClusters(clusters: clusters, linkage: linkage ?? .ward)
    case .equalWeight: return EqualWeight()
    case .fixedMix: return FixedMix(mix.map { $0 / mix.reduce(0, +) })
    case .riskBudget, .riskParity, .minimumCVaR:
      fatalError("\(method.rawValue) is no rule of a covariance alone")
    }
  }

  /// The risk in the proportions of the budgets.
  private func shareOut(_ input: AllocationInput) throws -> AllocationResult {
    let hasConstraints =
      constraints.turnoverLimit != nil || !constraints.groups.isEmpty
      || constraints.lower.contains { $0 > 0 } || constraints.upper.contains { $0 < 1 }
    if hasConstraints {
      let solution = try ConstrainedRiskBudgetSolver(definition: definition).solve(
        covariance: input.covariance, budgets: budgets, constraints: constraints)
      return AllocationResult(
        weights: solution.weights, riskContributions: solution.riskContributions,
        iterations: solution.diagnostics.iterations,
        binding: Self.named(
          solution.multipliers.filter { $0.multiplier > 1e-9 }.map(\.constraint), input.assets))
    }
    if let measure = risk.measure(confidence: confidence) {
      guard let scenarios = input.scenarios else { fatalError("a tail without scenarios") }
      let solution = try ScenarioRiskBudgetSolver(measure).solve(
        returns: scenarios, budgets: budgets)
      return AllocationResult(
        weights: solution.weights, riskContributions: solution.riskContributions,
        risk: solution.value, iterations: solution.iterations)
    }
    return tilt > 0 ? try tilted(input) : try plain(input)
  }

  /// Constraints in words, each once: a turnover limit is one for every asset that trades.
  private static func named(_ constraints: [WeightConstraint], _ assets: [String]) -> [String] {
    var words: [String] = []
    for constraint in constraints {
      let text = AssetNames(names: assets).named("\(constraint)")
      if !words.contains(text) { words.append(text) }
    }
    return words
  }

  private func plain(_ input: AllocationInput) throws -> AllocationResult {
    let solution = try RiskBudgetSolver().solve(covariance: input.covariance, budgets: budgets)
    return AllocationResult(
      weights: solution.weights, riskContributions: solution.riskContributions,
      iterations: solution.iterations)
  }

  /// The risk less the expected return, over the assets with a budget.
  private func tilted(_ input: AllocationInput) throws -> AllocationResult {
    let members = budgets.indices.filter { budgets[$0] != 0 }
    let measure = TiltedVolatility(
      covariance: input.covariance.part(members),
      expectedReturns: members.map { expectedReturns?[$0] ?? 0 }, tilt: tilt)
    let solution: RiskMeasureBudgetSolution
    do throws(RiskMeasureError) {
      solution = try RiskMeasureBudgetSolver().solve(
        measure: measure, budgets: members.map { budgets[$0] })
    } catch { throw error.among(members, of: budgets.count) }
    let risk = measure.evaluate(solution.weights)
    var result = AllocationResult(
      weights: [Double](repeating: 0, count: budgets.count),
      riskContributions: [Double](repeating: 0, count: budgets.count),
      iterations: solution.iterations)
    for (k, i) in members.enumerated() {
      result.weights[i] = solution.weights[k]
      result.riskContributions?[i] = solution.weights[k] * risk.gradient[k] / risk.value
    }
    return result
  }
}

extension Matrix {
  /// Some rows and the same columns.
  fileprivate func part(_ positions: [Int]) -> Matrix {
    var part = Matrix(rows: positions.count, columns: positions.count)
    for (i, a) in positions.enumerated() {
      for (j, b) in positions.enumerated() { part[i, j] = self[a, b] }
    }
    return part
  }
}
