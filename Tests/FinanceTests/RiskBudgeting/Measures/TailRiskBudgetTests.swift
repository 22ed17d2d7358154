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

/// `.01 sin(.7548776662 (t+1)) + .004 cos(.5698402910 (t+1)) − .0002`.
let referenceReturns: [Double] = (1...100).map { (t: Int) -> Double in
  let time = Double(t)
  let slow = 0.004 * cos(0.5698402910 * time)
  return 0.01 * sin(0.7548776662 * time) + slow - 0.0002
}

@Suite struct TailRiskBudgetTests {
  static let measures: [TailRiskBudgetSolver.Measure] = [
    .cvar(confidence: 0.9), .cvar(confidence: 0.925), .cdar(confidence: 0.9),
    .meanAbsoluteDeviation,
  ]

  /// The risk of weights by its definition.
  private func risk(
    _ measure: TailRiskBudgetSolver.Measure, _ returns: Matrix, _ weights: [Double]
  ) -> Double {
    let series = (0..<returns.rows).map { s in
      (0..<weights.count).reduce(0) { $0 + returns[s, $1] * weights[$1] }
    }
    func tail(_ losses: [Double], _ confidence: Double) -> Double {
      let k = (1 - confidence) * Double(losses.count)
      var (left, sum) = (k, 0.0)
      for loss in losses.sorted(by: >) {
        let part = min(1, left)
        guard part > 0 else { break }
        sum += part * loss
        left -= part
      }
      return sum / k
    }
    switch measure {
    case .cvar(let confidence): return tail(series.map { -$0 }, confidence)
    case .cdar(let confidence):
      var (level, peak) = (0.0, 0.0)
      let drawdowns = series.map { r -> Double in
        level += r
        peak = max(peak, level)
        return peak - level
      }
      return tail(drawdowns, confidence)
    case .meanAbsoluteDeviation:
      let mean = series.reduce(0, +) / Double(series.count)
      return series.reduce(0) { $0 + ($1 - mean).magnitude } / Double(series.count)
    }
  }

  @Test func oneAssetHasTheReferenceRisk() throws {
    let returns = Matrix(rows: 100, columns: 1, elements: referenceReturns)
    for (measure, expected) in [
      (TailRiskBudgetSolver.Measure.cvar(confidence: 0.95), 0.013030552646249199),
      (.cvar(confidence: 0.925), 0.012782472375040063),
      (.cdar(confidence: 0.95), 0.050477523311152),
    ] {
      let solution = try TailRiskBudgetSolver(measure).solve(returns: returns, budgets: [1])
      #expect((solution.value - expected).magnitude < 1e-14)
    }
  }

  @Test(arguments: measures, 0..<4)
  func solutionMinimisesTheConvexProblem(
    measure: TailRiskBudgetSolver.Measure, seed: Int
  ) throws {
    let returns = RiskMeasureTests.scenarios(80, assets: 4, seed: UInt64(seed))
    let budgets = RiskMeasureTests.budgets
    let solution = try TailRiskBudgetSolver(measure).solve(returns: returns, budgets: budgets)
    #expect(
      (solution.value / risk(measure, returns, solution.weights) - 1).magnitude < 1e-11)
    #expect((solution.weights.reduce(0, +) - 1).magnitude < 1e-14)
    // ln R(w) − Σ β ln w is least there.
    func objective(_ w: [Double]) -> Double {
      log(risk(measure, returns, w)) - zip(budgets, w).reduce(0) { $0 + $1.0 * log($1.1) }
    }
    let least = objective(solution.weights)
    var generator = SplitMix64(seed: 1)
    for size in [1e-1, 1e-2, 1e-4] {
      for _ in 0..<100 {
        let moved = solution.weights.map { $0 * (1 + size * (2 * generator.uniform() - 1)) }
        #expect(objective(moved) >= least - 1e-14)
      }
    }
  }

  @Test(arguments: measures, 0..<3)
  func gradientsMatchDifferences(measure: TailRiskBudgetSolver.Measure, seed: Int) throws {
    let returns = RiskMeasureTests.scenarios(50, assets: 4, seed: UInt64(20 + seed))
    let (solver, budgets) = (TailRiskBudgetSolver(measure), RiskMeasureTests.budgets)
    let cotangent = [1.0, -2, 0.5, 3]
    func loss(_ returns: Matrix, _ budgets: [Double]) throws -> Double {
      zip(try solver.solve(returns: returns, budgets: budgets).weights, cotangent).reduce(0) {
        $0 + $1.0 * $1.1
      }
    }
    let solution = try solver.solve(returns: returns, budgets: budgets)
    if measure != .meanAbsoluteDeviation { #expect(solution.ties > 0) }
    let g = solution.gradient(cotangent: cotangent)
    for i in 0..<4 {
      var (up, down) = (budgets, budgets)
      up[i] += 1e-6
      down[i] -= 1e-6
      let slope = (try loss(returns, up) - loss(returns, down)) / 2e-6
      #expect((slope - g.budgets[i]).magnitude < 1e-6 * max(1, slope.magnitude))
    }
    let h = 1e-8
    for s in stride(from: 0, to: 50, by: 7) {
      for i in 0..<4 {
        var (up, down) = (returns, returns)
        up[s, i] += h
        down[s, i] -= h
        let slope = (try loss(up, budgets) - loss(down, budgets)) / (2 * h)
        #expect(
          (slope - g.returns[s, i]).magnitude < 2e-4 * max(1, slope.magnitude),
          "scenario \(s), asset \(i): \(g.returns[s, i]) by the adjoint, \(slope) by differences")
      }
    }
  }

  @Test func problemsWithoutAnAnswerAreRefused() {
    let sure = Matrix(rows: 4, columns: 2, elements: [1, 2, 2, 1, 1, 3, 2, 2])
    #expect {
      try TailRiskBudgetSolver(.cvar(confidence: 0.5)).solve(returns: sure, budgets: [1, 1])
    } throws: { $0 is RiskMeasureError }
    var broken = RiskMeasureTests.scenarios(10, assets: 2, seed: 1)
    broken[3, 1] = .nan
    #expect {
      try TailRiskBudgetSolver(.meanAbsoluteDeviation).solve(returns: broken, budgets: [1, 1])
    } throws: {
      if case .invalidReturn(scenario: 3, asset: 1, _) = $0 as? RiskMeasureError {
        true
      } else {
        false
      }
    }
    #expect {
      try TailRiskBudgetSolver(.meanAbsoluteDeviation).solve(returns: sure, budgets: [1, 0])
    } throws: { $0 as? RiskMeasureError == .invalidBudget(asset: 1, value: 0) }
  }
}
