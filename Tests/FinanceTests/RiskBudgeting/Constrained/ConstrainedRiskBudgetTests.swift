import Autodiff
import Finance
import Testing

typealias Definition = ConstrainedRiskBudgetSolver.Definition

@Suite struct ConstrainedRiskBudgetTests {
  /// The bounded example of Richard & Roncalli (2019).
  static let bounded = (
    covariance: covariance(
      volatilities: [0.15, 0.20, 0.25, 0.30, 0.10],
      correlations: [[0.1, 0.4, 0.5, 0.5], [0.7, 0.4, 0.4], [0.8, 0.05], [0.1], []]),
    lower: [0.20, 0.20, 0.05, 0.05, 0.25], upper: [0.30, 0.30, 0.15, 0.15, 0.35]
  )

  private func solveBounded(_ definition: Definition) throws -> ConstrainedRiskBudgetSolution {
    try ConstrainedRiskBudgetSolver(definition: definition).solve(
      covariance: Self.bounded.covariance, budgets: [Double](repeating: 0.2, count: 5),
      constraints: WeightConstraints(
        count: 5, lower: Self.bounded.lower, upper: Self.bounded.upper))
  }

  @Test func publishedBoundsCalibrated() throws {
    let solution = try solveBounded(.calibrated)
    #expect(
      distance(
        solution.weights, [0.228897829405466, 0.2, 0.1168738676969557, 0.1042283028975783, 0.35])
        < 1e-12)
    #expect((solution.level - 0.014275723564188).magnitude < 1e-12)
    #expect(
      Set(solution.multipliers.map(\.constraint)) == [.lower(asset: 1), .upper(asset: 4)])
  }

  @Test func publishedBoundsHomogenised() throws {
    let solution = try solveBounded(.homogenised)
    // The last digits are those of the optimality conditions on the free assets, solved apart; a
    // conic solver's .22683912 .11783295 .10532793 is right to 2e-7.
    #expect(
      distance(solution.weights, [0.226839239, 0.2, 0.117832798, 0.105327963, 0.35]) < 2e-9)
    #expect(solution.multipliers.allSatisfy { $0.multiplier > 0 })
    #expect(solution.diagnostics.weaklyActiveBounds == 0)
  }

  /// Without constraints both are plain risk budgeting.
  @Test(arguments: Definition.allCases)
  func noConstraintChangesNothing(definition: Definition) throws {
    for seed in 0..<10 {
      let problem = RandomProblem(count: 2 + seed, seed: UInt64(seed))
      let free = try RiskBudgetSolver().solve(
        covariance: problem.covariance, budgets: problem.budgets)
      let solution = try ConstrainedRiskBudgetSolver(definition: definition).solve(
        covariance: problem.covariance, budgets: problem.budgets,
        constraints: WeightConstraints(count: problem.count))
      #expect(distance(solution.weights, free.weights) < 1e-12)
      #expect(distance(solution.riskContributions, free.riskContributions) < 1e-12)
      var generator = SplitMix64(seed: 4)
      let cotangent = generator.normals(problem.count)
      let (g, reference) = (
        solution.gradient(cotangent: cotangent), free.gradient(cotangent: cotangent)
      )
      #expect(distance(g.budgets, reference.budgets) < 1e-10)
      for (a, b) in zip(g.covariance.elements, reference.covariance.elements) {
        #expect((a - b).magnitude < 1e-9 * max(1, b.magnitude))
      }
    }
  }

  /// A random problem with bounds, overlapping groups and a turnover limit that mostly bind.
  static func random(_ seed: Int) -> (RandomProblem, WeightConstraints) {
    let n = 4 + seed % 7
    let problem = RandomProblem(count: n, seed: UInt64(seed), volatilityDecades: 0.3)
    var generator = SplitMix64(seed: UInt64(900 + seed))
    let raw = (0..<n).map { _ in 0.2 + generator.uniform() }
    let inside = raw.map { $0 / raw.reduce(0, +) }
    var constraints = WeightConstraints(
      count: n, lower: inside.map { $0 * 0.6 },
      upper: inside.map { min(1, $0 * (1.2 + 0.5 * generator.uniform())) })
    let half = Array(0..<n / 2 + 1)
    let sum = half.reduce(0) { $0 + inside[$1] }
    constraints.groups = [
      .init(name: "first", members: half, minimum: sum * 0.95, maximum: sum * 1.02),
      .init(name: "ends", members: [0, n - 1], maximum: (inside[0] + inside[n - 1]) * 1.05),
    ]
    if seed % 2 == 1 {
      let shifted = inside.enumerated().map {
        $0.element * ($0.offset % 2 == 0 ? 1.05 : 0.96)
      }
      let total = shifted.reduce(0, +)
      constraints.previousWeights = shifted.map { $0 / total }
      constraints.turnoverLimit = 0.12
    }
    return (problem, constraints)
  }

  private static func violation(_ weights: [Double], _ c: WeightConstraints) -> Double {
    var worst = (weights.reduce(0, +) - 1).magnitude
    for i in weights.indices {
      worst = max(worst, c.lower[i] - weights[i], weights[i] - c.upper[i])
    }
    for group in c.groups {
      let sum = group.members.reduce(0) { $0 + weights[$1] }
      worst = max(worst, group.minimum - sum, sum - group.maximum)
    }
    if let previous = c.previousWeights, let limit = c.turnoverLimit {
      worst = max(worst, zip(weights, previous).reduce(-limit) { $0 + ($1.0 - $1.1).magnitude })
    }
    return worst
  }

  @Test(arguments: 0..<24)
  func homogenisedWeightsAreFeasibleAndOptimal(seed: Int) throws {
    let (problem, constraints) = Self.random(seed)
    let n = problem.count
    let solution = try ConstrainedRiskBudgetSolver().solve(
      covariance: problem.covariance, budgets: problem.budgets, constraints: constraints)
    #expect(Self.violation(solution.weights, constraints) < 1e-11)
    #expect(solution.multipliers.allSatisfy { $0.multiplier > -1e-10 })
    // No feasible portfolio near it has a smaller ln σ(w) − Σ b ln w.
    let sum = problem.budgets.reduce(0, +)
    func objective(_ w: [Double]) -> Double {
      var variance = 0.0
      for i in 0..<n { for j in 0..<n { variance += w[i] * problem.covariance[i, j] * w[j] } }
      return 0.5 * logarithm(variance)
        - (0..<n).reduce(0) { $0 + problem.budgets[$1] / sum * logarithm(w[$1]) }
    }
    let least = objective(solution.weights)
    var generator = SplitMix64(seed: UInt64(seed))
    var tried = 0
    for _ in 0..<4000 {
      let direction = generator.normals(n)
      let mean = direction.reduce(0, +) / Double(n)
      let size = 0.02 * generator.uniform()
      let w = (0..<n).map { solution.weights[$0] + size * (direction[$0] - mean) }
      guard w.allSatisfy({ $0 > 0 }), Self.violation(w, constraints) < 1e-12 else { continue }
      tried += 1
      #expect(objective(w) >= least - 1e-13)
    }
    _ = tried
  }

  @Test(arguments: 0..<12)
  func calibratedWeightsAreFeasibleAndFreeAssetsKeepTheirShares(seed: Int) throws {
    var (problem, constraints) = Self.random(seed)
    if seed % 3 == 0 {
      (constraints.groups, constraints.previousWeights) = ([], nil)
      constraints.turnoverLimit = nil
    }
    let n = problem.count
    let solution = try ConstrainedRiskBudgetSolver(definition: .calibrated).solve(
      covariance: problem.covariance, budgets: problem.budgets, constraints: constraints)
    #expect(Self.violation(solution.weights, constraints) < 1e-11)
    #expect(solution.multipliers.allSatisfy { $0.multiplier > -1e-10 })
    guard constraints.turnoverLimit == nil, constraints.groups.isEmpty else { return }
    let sum = problem.budgets.reduce(0, +)
    let held = Set(solution.multipliers.map(\.constraint))
    for i in 0..<n where !held.contains(.lower(asset: i)) && !held.contains(.upper(asset: i)) {
      let marginal = (0..<n).reduce(0) { $0 + problem.covariance[i, $1] * solution.weights[$1] }
      let risk = solution.weights[i] * marginal
      #expect((risk / (solution.level * problem.budgets[i] / sum) - 1).magnitude < 1e-10)
    }
  }

  @Test(arguments: (0..<8).map { (Definition.homogenised, $0) } + (0..<3).map { (.calibrated, $0) })
  func gradientsMatchDifferences(definition: Definition, seed: Int) throws {
    let (problem, constraints) = Self.random(seed)
    let solver = ConstrainedRiskBudgetSolver(definition: definition)
    let n = problem.count
    var generator = SplitMix64(seed: 5)
    let cotangent = generator.normals(n)
    func loss(_ p: RandomProblem, _ c: WeightConstraints) throws -> Double {
      let w = try solver.solve(covariance: p.covariance, budgets: p.budgets, constraints: c).weights
      return zip(w, cotangent).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let g = try solver.solve(
      covariance: problem.covariance, budgets: problem.budgets, constraints: constraints
    ).gradient(cotangent: cotangent)
    let h = 1e-6
    func expect(
      _ analytic: Double, _ name: String,
      _ change: (inout RandomProblem, inout WeightConstraints, Double) -> Void
    ) throws {
      var (up, down) = ((problem, constraints), (problem, constraints))
      change(&up.0, &up.1, h)
      change(&down.0, &down.1, -h)
      let slope = try (loss(up.0, up.1) - loss(down.0, down.1)) / (2 * h)
      #expect(
        (analytic - slope).magnitude < 1e-6 * max(1, slope.magnitude),
        "\(name): \(analytic), by differences \(slope)")
    }
    for i in 0..<n {
      try expect(g.budgets[i] * problem.budgets[i], "budget \(i)") { p, _, h in
        p.budgets[i] *= 1 + h
      }
      try expect(g.lower[i], "lower \(i)") { _, c, h in c.lower[i] += h }
      try expect(g.upper[i], "upper \(i)") { _, c, h in c.upper[i] += h }
      if constraints.previousWeights != nil {
        try expect(g.previousWeights[i], "previous \(i)") { _, c, h in
          c.previousWeights?[i] += h
        }
      }
      for j in i..<n {
        let scale = (problem.covariance[i, i] * problem.covariance[j, j]).squareRoot()
        let both = i == j ? scale : 2 * scale
        try expect(both * g.covariance[i, j], "covariance \(i), \(j)") { p, _, h in
          p.covariance[i, j] += h * scale
          if i != j { p.covariance[j, i] += h * scale }
        }
      }
    }
    for k in constraints.groups.indices {
      try expect(g.groupMinima[k], "minimum \(k)") { _, c, h in c.groups[k].minimum += h }
      try expect(g.groupMaxima[k], "maximum \(k)") { _, c, h in c.groups[k].maximum += h }
    }
    if constraints.turnoverLimit != nil {
      try expect(g.turnoverLimit, "turnover") { _, c, h in c.turnoverLimit? += h }
    }
  }

  @Test(arguments: Definition.allCases)
  func equalBoundsAndRepeatedRowsAreMet(definition: Definition) throws {
    let problem = RandomProblem(count: 5, seed: 3, volatilityDecades: 0.3)
    var constraints = WeightConstraints(
      count: 5, lower: [0.3, 0, 0, 0, 0], upper: [0.3, 1, 1, 1, 0.1])
    constraints.groups = [
      .init(name: "fixed", members: [1, 2], minimum: 0.25, maximum: 0.25),
      .init(name: "again", members: [4], maximum: 0.1),
    ]
    let solution = try ConstrainedRiskBudgetSolver(definition: definition).solve(
      covariance: problem.covariance, budgets: problem.budgets, constraints: constraints)
    #expect((solution.weights[0] - 0.3).magnitude < 1e-11)
    #expect((solution.weights[1] + solution.weights[2] - 0.25).magnitude < 1e-11)
    #expect(solution.weights[4] <= 0.1 + 1e-11)
    let g = solution.gradient(cotangent: [1, 2, 3, 4, 5])
    #expect(g.budgets.allSatisfy { $0.isFinite })
  }

  @Test(arguments: Definition.allCases)
  func conflictsAreNamed(definition: Definition) {
    let problem = RandomProblem(count: 4, seed: 3)
    func message(_ constraints: WeightConstraints, _ budgets: [Double]? = nil) -> String {
      do throws(ConstrainedRiskBudgetError) {
        _ = try ConstrainedRiskBudgetSolver(definition: definition).solve(
          covariance: problem.covariance, budgets: budgets ?? problem.budgets,
          constraints: constraints)
        return "no error"
      } catch { return error.description }
    }
    var groups = WeightConstraints(count: 4, lower: [0, 0.5, 0, 0])
    groups.groups = [
      .init(name: "bonds", members: [0, 1], maximum: 0.4),
      .init(name: "idle", members: [2], maximum: 0.9),
    ]
    let text = message(groups)
    #expect(
      text.hasPrefix(
        "constrained risk budgeting: no weights that sum to 1 meet the lower bound of asset 1, the "
          + "maximum of group 'bonds' together; the violations sum to at least 0."), "\(text)")
    let caps = message(WeightConstraints(count: 4, upper: [0.2, 0.2, 0.2, 0.2]))
    #expect(
      caps.contains("the upper bound of asset 0, the upper bound of asset 1"), "\(caps)")
    let turnover = message(
      WeightConstraints(
        count: 4, upper: [0.5, 1, 1, 1], previousWeights: [1, 0, 0, 0], turnoverLimit: 0.4))
    #expect(
      turnover.contains("the upper bound of asset 0, the turnover limit together"), "\(turnover)")
    #expect(
      message(WeightConstraints(count: 4, lower: [.nan, 0, 0, 0]))
        == "constrained risk budgeting: the lower bound of asset 0 is nan; it must be a number.")
    #expect(
      message(WeightConstraints(count: 4, lower: [0, 0.1, 0, 0]), [1, 0, 1, 1])
        == "constrained risk budgeting: asset 1 has a budget of 0 but must be held at 0.1 or more; "
        + "give it a budget or drop its lower bound.")
    #expect(
      message(WeightConstraints(count: 4), [0, 0, 0, 0])
        == "risk budgeting: all 4 budgets are zero; at least one must be positive.")
  }
}
