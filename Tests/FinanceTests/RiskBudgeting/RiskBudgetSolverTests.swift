import Autodiff
import Finance
import Testing

/// Example 1 of Richard & Roncalli (2019), *Constrained Risk Budgeting Portfolios*.
let richardRoncalli = covariance(
  volatilities: [0.10, 0.15, 0.20, 0.30],
  correlations: [[0.5, 0.5, 0.5], [0.5, 0.5], [0.75], []])

@Suite struct RiskBudgetSolverTests {
  let solver = RiskBudgetSolver()

  @Test func publishedExampleWithEqualBudgets() throws {
    let solution = try solver.solve(covariance: richardRoncalli, budgets: [1, 1, 1, 1])
    let expected = [0.4101414164504804, 0.2734276109669869, 0.1898585835495196, 0.1265723890330131]
    #expect(distance(solution.weights, expected) < 1e-12)
    #expect((solution.volatility - 0.1277594159342588).magnitude < 1e-12)
    #expect(distance(solution.riskContributions, [0.25, 0.25, 0.25, 0.25]) < 4e-15)
    #expect(solution.iterations <= 12 && solution.decrement < 1e-10)
  }

  @Test func publishedExampleWithUnequalBudgets() throws {
    let solution = try solver.solve(
      covariance: richardRoncalli, budgets: [0.3, 0.3, 0.195, 0.205])
    let expected = [0.4505267311791587, 0.3003511541194392, 0.1466842690425077, 0.1024378456588943]
    #expect(distance(solution.weights, expected) < 1e-12)
  }

  /// Daily simple returns 1990–2017 of S&P 500, 10-year Treasury, gold and oil; the weights are those
  /// of an independent implementation.
  @Test func historicalCovariance() throws {
    let matrix = Matrix(
      rows: 4, columns: 4,
      elements: [
        0.0001256458478099285, -1.0647227089763831e-05, -5.128616066311168e-06,
        3.089494988600736e-05, -1.0647227089763831e-05, 2.210791784597167e-05,
        1.787670859515252e-06, -1.726326382298839e-05, -5.128616066311168e-06,
        1.787670859515252e-06, 0.0001033265428182131, 3.056338409671921e-05,
        3.089494988600736e-05, -1.726326382298839e-05, 3.056338409671921e-05,
        0.0006203419458700697,
      ])
    let solution = try solver.solve(covariance: matrix, budgets: [1, 1, 1, 1])
    let expected = [
      0.20280284136931112, 0.5220567071594168, 0.19395099066644308, 0.08118946080482914,
    ]
    #expect(distance(solution.weights, expected) < 1e-9)
  }

  /// Population truth of the seven-fund simulation (annual volatilities and correlations).
  @Test func sevenFunds() throws {
    let matrix = covariance(
      volatilities: [0.1759, 0.2194, 0.0401, 0.0724, 0.0514, 0.1611, 0.1584],
      correlations: [
        [0.90, 0.05, 0.20, 0.10, 0.30, 0.05], [0.03, 0.18, 0.08, 0.28, 0.03],
        [0.70, 0.65, -0.05, 0.15], [0.55, 0.05, 0.10], [-0.05, 0.10], [0.30], [],
      ])
    let solution = try solver.solve(
      covariance: matrix, budgets: [Double](repeating: 1.0 / 7, count: 7))
    let expected = [
      0.0657153471992, 0.0548634349311, 0.299939110117, 0.152541525962, 0.242561247509,
      0.090003238143, 0.0943760961386,
    ]
    #expect(distance(solution.weights, expected) < 1e-11)
  }

  @Test(arguments: [(0.0, 1.0), (0.5, 4), (2, 2), (8, 6), (25, 1)])
  func riskSharesEqualBudgetShares(budgetDecades: Double, volatilityDecades: Double) throws {
    for seed in 0..<500 {
      let n = 2 + seed % 49
      let problem = RandomProblem(
        count: n, seed: UInt64(seed), volatilityDecades: volatilityDecades,
        budgetDecades: budgetDecades)
      let solution = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
      let sum = problem.budgets.reduce(0, +)
      let shares = riskShares(problem.covariance, solution.weights)
      #expect(distance(shares, problem.budgets.map { $0 / sum }) < 1e-13)
      #expect(distance(shares, solution.riskContributions) < 1e-13)
      #expect(solution.weights.allSatisfy { $0 > 0 })
      #expect((solution.weights.reduce(0, +) - 1).magnitude < 1e-14)
      #expect(solution.diagnostics.residual < 1e-13)
      #expect(solution.iterations <= (budgetDecades > 8 ? 200 : 40))
    }
  }

  @Test func yIsTheMinimiserOfTheConvexProblem() throws {
    let problem = RandomProblem(count: 9, seed: 5)
    let solution = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
    for i in 0..<9 {
      let product = (0..<9).reduce(0) { $0 + problem.covariance[i, $1] * solution.y[$1] }
      #expect((product * solution.y[i] / problem.budgets[i] - 1).magnitude < 1e-12)
    }
  }

  @Test func weightsIgnoreTheScaleOfCovarianceAndBudgets() throws {
    for seed in 0..<50 {
      let problem = RandomProblem(count: 2 + seed % 10, seed: UInt64(seed))
      let base = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
      var scaled = problem.covariance
      for k in scaled.elements.indices { scaled.elements[k] *= 2.5e4 }
      let other = try solver.solve(covariance: scaled, budgets: problem.budgets.map { $0 * 3e-3 })
      #expect(distance(base.weights, other.weights) < 1e-13)
    }
  }

  @Test func scalingOneAssetScalesItsWeightInversely() throws {
    let problem = RandomProblem(count: 6, seed: 11)
    let base = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
    var scaled = problem.covariance
    for j in 0..<6 {
      scaled[2, j] *= 1e3
      scaled[j, 2] *= 1e3
    }
    let other = try solver.solve(covariance: scaled, budgets: problem.budgets)
    var expected = base.weights
    expected[2] /= 1e3
    let total = expected.reduce(0, +)
    #expect(distance(other.weights, expected.map { $0 / total }) < 1e-13)
  }

  @Test func permutingAssetsPermutesWeights() throws {
    let problem = RandomProblem(count: 13, seed: 12)
    let n = problem.count
    let order = (0..<n).map { ($0 * 5 + 3) % n }
    var permuted = Matrix(rows: n, columns: n)
    for i in 0..<n { for j in 0..<n { permuted[i, j] = problem.covariance[order[i], order[j]] } }
    let base = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
    let other = try solver.solve(covariance: permuted, budgets: order.map { problem.budgets[$0] })
    #expect(distance(other.weights, order.map { base.weights[$0] }) < 1e-13)
  }

  @Test func uncorrelatedAssetsHaveAClosedForm() throws {
    // wᵢ ∝ √bᵢ / σᵢ.
    let (budgets, volatilities) = ([0.1, 0.2, 0.7], [0.1, 0.2, 0.3])
    let matrix = covariance(volatilities: volatilities, correlations: [[0, 0], [0], []])
    let raw = zip(budgets, volatilities).map { $0.squareRoot() / $1 }
    let total = raw.reduce(0, +)
    let solution = try solver.solve(covariance: matrix, budgets: budgets)
    #expect(distance(solution.weights, raw.map { $0 / total }) < 1e-15)
  }

  @Test func oneAssetTakesAll() throws {
    let matrix = Matrix(rows: 1, columns: 1, elements: [0.04])
    let solution = try solver.solve(covariance: matrix, budgets: [0.3])
    #expect(solution.weights == [1] && (solution.volatility - 0.2).magnitude < 1e-16)
    #expect(solution.riskContributions == [1])
  }

  @Test func previousSolutionIsAGoodStart() throws {
    let problem = RandomProblem(count: 20, seed: 8)
    let cold = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
    let warm = try solver.solve(
      covariance: problem.covariance, budgets: problem.budgets, start: cold.y)
    #expect(distance(warm.weights, cold.weights) < 1e-14)
    #expect(warm.iterations < cold.iterations)
    // A start that cannot serve is ignored, to the last bit.
    var useless = cold.y
    useless[3] = 0
    let same = try solver.solve(
      covariance: problem.covariance, budgets: problem.budgets, start: useless)
    #expect(same.weights == cold.weights)
  }

  @Test func zeroBudgetExcludesTheAssetWhateverItsRowHolds() throws {
    let problem = RandomProblem(count: 5, seed: 21)
    var wider = Matrix(rows: 6, columns: 6, repeating: .nan)
    let places = [0, 1, 3, 4, 5]
    for (i, a) in places.enumerated() {
      for (j, b) in places.enumerated() { wider[a, b] = problem.covariance[i, j] }
    }
    var budgets = [Double](repeating: 0, count: 6)
    for (i, a) in places.enumerated() { budgets[a] = problem.budgets[i] }
    let base = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
    let other = try solver.solve(covariance: wider, budgets: budgets)
    #expect(places.map { other.weights[$0] } == base.weights)
    #expect(other.weights[2] == 0 && other.y[2] == 0 && other.riskContributions[2] == 0)

    let cotangent = [0.3, -0.2, 5, 0.7, 0.1, -0.4]
    let (g, narrow) = (
      other.gradient(cotangent: cotangent),
      base.gradient(cotangent: places.map { cotangent[$0] })
    )
    #expect(places.map { g.budgets[$0] } == narrow.budgets && g.budgets[2] == 0)
    for (i, a) in places.enumerated() {
      for (j, b) in places.enumerated() { #expect(g.covariance[a, b] == narrow.covariance[i, j]) }
      #expect(g.covariance[a, 2] == 0 && g.covariance[2, a] == 0)
    }
  }

  /// Two copies of an asset share its weight in proportion to their budgets.
  @Test func duplicateAssetsAreSolved() throws {
    let problem = RandomProblem(count: 4, seed: 31)
    let source = [0, 1, 2, 3, 1, 1]
    var wider = Matrix(rows: 6, columns: 6)
    for i in 0..<6 { for j in 0..<6 { wider[i, j] = problem.covariance[source[i], source[j]] } }
    let b = problem.budgets
    let split = [b[0], 0.5 * b[1], b[2], b[3], 0.4 * b[1], 0.1 * b[1]]
    let base = try solver.solve(covariance: problem.covariance, budgets: b)
    let other = try solver.solve(covariance: wider, budgets: split)
    let w = base.weights
    let expected = [w[0], 0.5 * w[1], w[2], w[3], 0.4 * w[1], 0.1 * w[1]]
    #expect(distance(other.weights, expected) < 1e-12)
  }

  @Test(arguments: 0..<30)
  func fewerRowsThanAssetsAreSolved(seed: Int) throws {
    let (n, rows) = (30, 10)
    var generator = SplitMix64(seed: UInt64(seed))
    let market = generator.normals(rows)
    let returns = (0..<n).map { _ in
      zip(market, generator.normals(rows)).map { 0.01 * ($0 + 0.8 * $1) }
    }
    let demeaned = returns.map { r in r.map { $0 - r.reduce(0, +) / Double(rows) } }
    var matrix = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        matrix[i, j] = zip(demeaned[i], demeaned[j]).reduce(0) { $0 + $1.0 * $1.1 } / 9
      }
    }
    let budgets = [Double](repeating: 1 / Double(n), count: n)
    let solution = try solver.solve(covariance: matrix, budgets: budgets)
    #expect(distance(riskShares(matrix, solution.weights), budgets) < 1e-12)
  }

  @Test func batchInterfaceGivesTheSameBitsWithUsedBuffers() throws {
    let n = 11
    var save = [Double](repeating: .nan, count: RiskBudgetSolver.saveCount(n))
    var scratch = [Double](repeating: .nan, count: RiskBudgetSolver.scratchCount(n))
    var weights = [Double](repeating: .nan, count: n)
    for seed in 0..<5 {
      let problem = RandomProblem(count: n, seed: UInt64(seed))
      let reference = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
      let diagnostics = try solver.solve(
        count: n, covariance: problem.covariance.elements, budgets: problem.budgets, start: nil,
        weights: &weights, save: &save, scratch: &scratch)
      #expect(weights == reference.weights && diagnostics == reference.diagnostics)
      var covarianceGradient = [Double](repeating: 1, count: n * n)
      var budgetGradient = [Double](repeating: 2, count: n)
      RiskBudgetSolver.backward(
        count: n, cotangent: problem.budgets, save: save, scratch: &scratch,
        covarianceGradient: &covarianceGradient, budgetGradient: &budgetGradient)
      let g = reference.gradient(cotangent: problem.budgets)
      #expect(covarianceGradient == g.covariance.elements.map { 1 + $0 })
      #expect(budgetGradient == g.budgets.map { 2 + $0 })
    }
  }

  /// Coordinate descent finds the answer for two assets: no step, and none to measure.
  @Test func twoAssetsNeedNoStep() throws {
    let covariance = Matrix(rows: 3, columns: 3, elements: [4, 1, 9, 1, 2, 9, 9, 9, .nan])
    for budgets in [[0.5, 0.5, 0], [0.3, 0.7, 0]] {
      let solution = try RiskBudgetSolver().solve(covariance: covariance, budgets: budgets)
      #expect(solution.iterations > 0 || solution.decrement == 0)
      #expect(solution.decrement.isFinite && solution.weights[2] == 0)
    }
    let equal = try RiskBudgetSolver().solve(covariance: covariance, budgets: [0.5, 0.5, 0])
    #expect(equal.iterations == 0)
  }
}
