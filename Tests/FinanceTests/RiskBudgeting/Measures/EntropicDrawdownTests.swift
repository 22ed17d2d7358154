import Autodiff
import Finance
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

/// The entropic drawdown at risk against an exponential-cone solver, and its defining property.
///
/// The weights by a conic solver, to its 1e-11 (numpy 2.4, cvxpy 1.9, Clarabel 0.11; Riskfolio-Lib 7.4,
/// rm="EDaR", agrees to 3e-6, its own tolerance):
///
///     y, u, z, h, k = cp.Variable(n), cp.Variable(T), cp.Variable(), cp.Variable(T), cp.Variable()
///     risk = k - z * np.log((1 - c) * T)
///     cp.Problem(cp.Minimize(risk - b @ cp.log(y)), [u >= 0, u[0] >= -100 * r[0] @ y,
///       u[1:] >= u[:-1] - 100 * r[1:] @ y, cp.sum(h) <= z, cp.ExpCone(u - k, np.ones(T) * z, h)]
///     ).solve(solver="CLARABEL", tol_gap_abs=1e-14, tol_gap_rel=1e-14, tol_feas=1e-14)
@Suite struct EntropicDrawdownTests {
  /// `r_ti = .01 (1 + .3 i) sin((a + s i) t) + .004 cos((.57 + p i) t) + .0003`, t = 1…T.
  private static func waves(
    _ count: Int, _ start: Double, _ step: Double, _ phase: Double
  ) -> Matrix {
    var returns = Matrix(rows: count, columns: 4)
    for t in 1...count {
      for i in 0..<4 {
        let (time, asset) = (Double(t), Double(i))
        let wave = 0.01 * (1 + 0.3 * asset) * sin((start + step * asset) * time)
        returns[t - 1, i] = wave + 0.004 * cos((0.57 + phase * asset) * time) + 0.0003
      }
    }
    return returns
  }

  private static let budgets = [0.3, 0.2, 0.4, 0.1]

  private func solve(_ returns: Matrix, _ budgets: [Double], confidence: Double = 0.9) throws
    -> ScenarioRiskBudgetSolution
  {
    try ScenarioRiskBudgetSolver(.edar(confidence: confidence)).solve(
      returns: returns, budgets: budgets)
  }

  @Test(arguments: [
    (
      [0.3, 0.2, 0.4, 0.1],
      [0.35751263947520284, 0.18254297030617567, 0.3322940003956528, 0.12765038982296864],
      0.029259264835362276
    ),
    (
      [0.25, 0.25, 0.25, 0.25],
      [0.3097530398753053, 0.21977008136685358, 0.20202630355748308, 0.268450575200358],
      0.0282098620383158
    ),
    (
      [0.05, 0.6, 0.05, 0.3],
      [0.08173623178144863, 0.5331639280885988, 0.05091022730053945, 0.33418961282941306],
      0.03036817351103111
    ),
  ])
  func weightsAreTheConicSolvers(_ budgets: [Double], _ weights: [Double], _ risk: Double) throws {
    let solution = try solve(Self.waves(80, 0.75, 0.11, 0.07), budgets)
    #expect(distance(solution.weights, weights) < 1e-10)
    #expect((solution.value / risk - 1).magnitude < 1e-9)
  }

  /// Here two peaks are equally high at the solution.
  @Test func weightsOnATieAreTheConicSolvers() throws {
    let returns = Self.waves(60, 1.75, 0.61, 0.27)
    let solution = try solve(returns, Self.budgets)
    #expect(
      distance(
        solution.weights,
        [0.33768125634100876, 0.18645302357069635, 0.3098372257305784, 0.16602849435771636])
        < 1e-10)
    // Off the kink the risk's own gradient does not give the budgets: the tie is real.
    let value = ScenarioMeasure(.entropicDrawdown(confidence: 0.9), returns: returns)
      .evaluate(solution.weights)
    let naive = zip(solution.weights, value.gradient).map { $0 * $1 / value.value }
    #expect(distance(naive, Self.budgets) > 1e-3)
    #expect(distance(solution.riskContributions, Self.budgets) < 1e-11)
  }

  /// A day without moves after every day repeats each drawdown once: the distribution, and with it the
  /// weights, stay as they are, though every peak now stands on two rows.
  @Test(arguments: [waves(60, 1.75, 0.61, 0.27), waves(80, 0.75, 0.11, 0.07)])
  func daysWithoutMovesChangeNothing(_ returns: Matrix) throws {
    var still = Matrix(rows: 2 * returns.rows, columns: 4)
    for t in 0..<returns.rows { for i in 0..<4 { still[2 * t, i] = returns[t, i] } }
    let (plain, doubled) = (try solve(returns, Self.budgets), try solve(still, Self.budgets))
    #expect(distance(plain.weights, doubled.weights) < 1e-10)
    #expect(distance(doubled.riskContributions, Self.budgets) < 1e-11)
  }

  /// The reference series on its own, and the bounds CDaR ≤ EDaR ≤ maximum drawdown.
  @Test func oneAssetHasTheConicSolversRisk() throws {
    let returns = Matrix(rows: 100, columns: 1, elements: referenceReturns)
    let solution = try solve(returns, [1], confidence: 0.95)
    #expect((solution.value - 0.051138322553487416).magnitude < 1e-12)
    #expect(solution.value > 0.050477523311152 && solution.value < 0.05262405915172789)
  }

  @Test(arguments: 0..<12)
  func solutionsMinimiseTheConvexProblem(_ seed: Int) throws {
    let returns = RiskMeasureTests.scenarios(
      [60, 90, 160][seed % 3], assets: 4, seed: UInt64(100 + seed))
    let solution = try solve(returns, Self.budgets, confidence: seed % 2 == 0 ? 0.8 : 0.9)
    let measure = ScenarioMeasure(
      .entropicDrawdown(confidence: seed % 2 == 0 ? 0.8 : 0.9), returns: returns)
    #expect((solution.value / measure.evaluate(solution.weights).value - 1).magnitude < 1e-12)
    #expect(distance(solution.riskContributions, Self.budgets) < 1e-11)
    func objective(_ w: [Double]) -> Double {
      log(measure.evaluate(w).value) - zip(Self.budgets, w).reduce(0) { $0 + $1.0 * log($1.1) }
    }
    let least = objective(solution.weights)
    var generator = SplitMix64(seed: 1)
    for size in [1e-1, 1e-2, 1e-4, 1e-6] {
      for _ in 0..<25 {
        let moved = solution.weights.map { $0 * (1 + size * (2 * generator.uniform() - 1)) }
        #expect(objective(moved) >= least - 1e-14)
      }
    }
  }

  /// With and without a tie; differences of the solution, to which the ties stick.
  @Test(arguments: [waves(60, 1.75, 0.61, 0.27), waves(80, 0.75, 0.11, 0.07)])
  func gradientsMatchDifferences(_ returns: Matrix) throws {
    let cotangent = [1.0, -2, 0.5, 3]
    func loss(_ returns: Matrix, _ budgets: [Double]) throws -> Double {
      zip(try solve(returns, budgets).weights, cotangent).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let g = try solve(returns, Self.budgets).gradient(cotangent: cotangent)
    for i in 0..<4 {
      var (up, down) = (Self.budgets, Self.budgets)
      up[i] += 1e-6
      down[i] -= 1e-6
      let slope = (try loss(returns, up) - loss(returns, down)) / 2e-6
      #expect((slope - g.budgets[i]).magnitude < 1e-7 * max(1, slope.magnitude))
    }
    for s in stride(from: 0, to: returns.rows, by: 9) {
      for i in 0..<4 {
        var (up, down) = (returns, returns)
        up[s, i] += 1e-7
        down[s, i] -= 1e-7
        let slope = (try loss(up, Self.budgets) - loss(down, Self.budgets)) / 2e-7
        #expect((slope - g.returns[s, i]).magnitude < 1e-5 * max(1, slope.magnitude))
      }
    }
    // Only the proportions of budgets matter, and the size of all returns does not.
    let along = zip(g.budgets, Self.budgets).reduce(0) { $0 + $1.0 * $1.1 }
    let scaled = zip(g.returns.elements, returns.elements).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(along.magnitude < 1e-12 && scaled.magnitude < 1e-11)
  }

  /// Off its kinks the measure has the derivatives that it states.
  @Test func theMeasuresOwnDerivatives() {
    let returns = RiskMeasureTests.scenarios(60, assets: 4, seed: 3)
    let measure = ScenarioMeasure(.entropicDrawdown(confidence: 0.8), returns: returns)
    let y = [0.7, 0.4, 0.3, 0.9]
    let value = measure.evaluate(y)
    let shared = zip(y, value.gradient).reduce(0) { $0 + $1.0 * $1.1 }
    #expect((shared / value.value - 1).magnitude < 1e-12)
    for i in 0..<4 {
      var (up, down) = (y, y)
      up[i] += 1e-5
      down[i] -= 1e-5
      let (a, b) = (measure.evaluate(up), measure.evaluate(down))
      #expect(((a.value - b.value) / 2e-5 - value.gradient[i]).magnitude < 1e-9)
      for j in 0..<4 {
        #expect(((a.gradient[j] - b.gradient[j]) / 2e-5 - value.curvature[i, j]).magnitude < 1e-7)
      }
    }
  }

  @Test func scaleDoesNotMatter() throws {
    var returns = Self.waves(60, 1.75, 0.61, 0.27)
    let plain = try solve(returns, Self.budgets)
    for k in returns.elements.indices { returns.elements[k] *= 1e-5 }
    let small = try solve(returns, Self.budgets.map { 1e3 * $0 })
    #expect(distance(plain.weights, small.weights) < 1e-11)
    #expect((small.value / plain.value / 1e-5 - 1).magnitude < 1e-11)
  }

  @Test func problemsWithoutAnAnswerAreRefused() {
    let rising = Matrix(
      rows: 30, columns: 2, elements: (0..<60).map { 0.01 + 0.001 * Double($0 % 7) })
    #expect {
      try ScenarioRiskBudgetSolver(.edar(confidence: 0.5)).solve(returns: rising, budgets: [1, 1])
    } throws: {
      guard case .riskNotPositive = $0 as? RiskMeasureError else { return false }
      return true
    }
    // One asset never falls: the more of it, the less risk.
    var mixed = RiskMeasureTests.scenarios(40, assets: 2, seed: 4)
    for t in 0..<40 { mixed[t, 1] = 0.02 }
    #expect {
      try ScenarioRiskBudgetSolver(.edar(confidence: 0.8)).solve(returns: mixed, budgets: [1, 1])
    } throws: { $0 is RiskMeasureError }
    var broken = RiskMeasureTests.scenarios(40, assets: 2, seed: 4)
    broken[3, 1] = .infinity
    #expect {
      try ScenarioRiskBudgetSolver(.edar(confidence: 0.8)).solve(returns: broken, budgets: [1, 1])
    } throws: {
      $0 as? RiskMeasureError == .invalidReturn(scenario: 3, asset: 1, value: .infinity)
    }
  }
}
