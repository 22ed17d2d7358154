import Autodiff
import Finance
import Testing

@Suite struct RiskMeasureTests {
  /// Scenarios with a common factor and unequal volatilities.
  static func scenarios(_ count: Int, assets n: Int, seed: UInt64) -> Matrix {
    var generator = SplitMix64(seed: seed)
    var returns = Matrix(rows: count, columns: n)
    for s in 0..<count {
      let market = generator.normals(1)[0]
      for i in 0..<n {
        let volatility = 0.01 * (0.5 + 0.3 * Double(i))
        let shock = 0.6 * market + generator.normals(1)[0]
        returns[s, i] = volatility * shock + 0.0002
      }
    }
    return returns
  }

  static let budgets = [0.3, 0.2, 0.4, 0.1]

  private func tilted(_ tilt: Double) -> TiltedVolatility {
    TiltedVolatility(
      covariance: richardRoncalli, expectedReturns: [0.02, 0.05, 0.01, 0.09], tilt: tilt)
  }

  private func expectShares(_ measure: some RiskMeasure, _ solution: RiskMeasureBudgetSolution) {
    let value = measure.evaluate(solution.weights)
    let sum = Self.budgets.reduce(0, +)
    for i in Self.budgets.indices {
      let share = solution.weights[i] * value.gradient[i] / value.value
      #expect((share / (Self.budgets[i] / sum) - 1).magnitude < 1e-11)
    }
    #expect((solution.weights.reduce(0, +) - 1).magnitude < 1e-14)
  }

  @Test func withoutTiltItIsPlainRiskBudgeting() throws {
    let solution = try RiskMeasureBudgetSolver().solve(
      measure: tilted(0), budgets: Self.budgets)
    let plain = try RiskBudgetSolver().solve(covariance: richardRoncalli, budgets: Self.budgets)
    #expect(distance(solution.weights, plain.weights) < 1e-12)
    let cotangent = [1.0, -2, 0.5, 3]
    let (budgets, v) = solution.adjoint(cotangent: cotangent)
    let reference = plain.gradient(cotangent: cotangent)
    #expect(distance(budgets, reference.budgets) < 1e-11)
    let g = tilted(0).gradient(holdings: solution.holdings, adjoint: v).covariance
    #expect(distance(g.elements, reference.covariance.elements) < 1e-9)
  }

  @Test(arguments: [0.1, 0.5, 1])
  func tiltMovesWeightsTowardsReturnsAndHasItsGradient(tilt: Double) throws {
    let measure = tilted(tilt)
    let solver = RiskMeasureBudgetSolver()
    let solution = try solver.solve(measure: measure, budgets: Self.budgets)
    expectShares(measure, solution)
    let plain = try solver.solve(measure: tilted(0), budgets: Self.budgets)
    func gain(_ w: [Double]) -> Double {
      zip(w, measure.expectedReturns).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(gain(solution.weights) > gain(plain.weights))
    let cotangent = [1.0, -2, 0.5, 3]
    let (byBudgets, v) = solution.adjoint(cotangent: cotangent)
    let g = measure.gradient(holdings: solution.holdings, adjoint: v)
    func loss(_ m: TiltedVolatility, _ b: [Double] = Self.budgets) throws -> Double {
      zip(try solver.solve(measure: m, budgets: b).weights, cotangent).reduce(0) {
        $0 + $1.0 * $1.1
      }
    }
    let h = 1e-6
    for i in 0..<4 {
      var (up, down) = (Self.budgets, Self.budgets)
      up[i] += h
      down[i] -= h
      let byDifferences = (try loss(measure, up) - loss(measure, down)) / (2 * h)
      #expect((byDifferences - byBudgets[i]).magnitude < 1e-7)
      func moved(_ size: Double) -> TiltedVolatility {
        var returns = measure.expectedReturns
        returns[i] += size
        return TiltedVolatility(
          covariance: measure.covariance, expectedReturns: returns, tilt: tilt)
      }
      let slope = (try loss(moved(h)) - loss(moved(-h))) / (2 * h)
      #expect((slope - g.expectedReturns[i]).magnitude < 1e-7 * max(1, slope.magnitude))
      for j in i..<4 {
        func bent(_ size: Double) -> TiltedVolatility {
          var covariance = measure.covariance
          covariance[i, j] += size
          if i != j { covariance[j, i] += size }
          return TiltedVolatility(
            covariance: covariance, expectedReturns: measure.expectedReturns, tilt: tilt)
        }
        let slope = (try loss(bent(1e-8)) - loss(bent(-1e-8))) / 2e-8
        let both = i == j ? 1.0 : 2.0
        #expect((slope - both * g.covariance[i, j]).magnitude < 1e-5 * max(1, slope.magnitude))
      }
    }
    let slope = (try loss(tilted(tilt + h)) - loss(tilted(tilt - h))) / (2 * h)
    #expect((slope - g.tilt).magnitude < 1e-7)
  }

  @Test func aTiltThatLeavesNoRiskIsRefused() {
    #expect {
      try RiskMeasureBudgetSolver().solve(measure: tilted(40), budgets: Self.budgets)
    } throws: {
      guard case .riskNotPositive = $0 as? RiskMeasureError else { return false }
      return true
    }
  }

  @Test(arguments: [
    ScenarioMeasure.Kind.entropic(confidence: 0.9), .entropic(confidence: 0.95), .semiDeviation,
  ])
  func smoothScenarioMeasuresShareRiskAndHaveTheirGradients(kind: ScenarioMeasure.Kind) throws {
    let returns = Self.scenarios(60, assets: 4, seed: 3)
    let measure = ScenarioMeasure(kind, returns: returns)
    // Derivatives of the measure itself.
    let y = [0.7, 0.4, 0.3, 0.9]
    let value = measure.evaluate(y)
    #expect(
      (zip(y, value.gradient).reduce(0) { $0 + $1.0 * $1.1 } / value.value - 1).magnitude < 1e-12)
    for i in 0..<4 {
      var (up, down) = (y, y)
      up[i] += 1e-5
      down[i] -= 1e-5
      let (a, b) = (measure.evaluate(up), measure.evaluate(down))
      #expect(((a.value - b.value) / 2e-5 - value.gradient[i]).magnitude < 1e-9)
      for j in 0..<4 {
        let slope = (a.gradient[j] - b.gradient[j]) / 2e-5
        #expect((slope - value.curvature[i, j]).magnitude < 1e-7)
      }
    }
    let solver = RiskMeasureBudgetSolver()
    let solution = try solver.solve(measure: measure, budgets: Self.budgets)
    expectShares(measure, solution)
    let cotangent = [1.0, -2, 0.5, 3]
    let (_, v) = solution.adjoint(cotangent: cotangent)
    let g = measure.gradient(holdings: solution.holdings, adjoint: v)
    for (s, i) in [(0, 0), (7, 1), (31, 2), (59, 3), (12, 0)] {
      func loss(_ size: Double) throws -> Double {
        var moved = returns
        moved[s, i] += size
        let w = try solver.solve(
          measure: ScenarioMeasure(kind, returns: moved), budgets: Self.budgets
        ).weights
        return zip(w, cotangent).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let slope = (try loss(1e-7) - loss(-1e-7)) / 2e-7
      #expect((slope - g[s, i]).magnitude < 1e-6 * max(1, slope.magnitude))
    }
  }

  /// A tail of one scenario is one, whatever the rounding of 1 − confidence: (1 − 0.99) · 100 comes to more
  /// than 1.
  @Test(arguments: [(0.9, 10), (0.95, 20), (0.97, 33), (0.98, 50), (0.99, 100), (0.999, 1000)])
  func aTailOfOneScenarioIsNone(confidence: Double, scenarios: Int) {
    #expect(ScenarioMeasure.scenariosWithoutTail(confidence: confidence) == scenarios)
  }

  @Test func aMeasureOfOneScenariosTailStopsTheProgram() async {
    let returns = Self.scenarios(101, assets: 2, seed: 3)
    #expect(ScenarioMeasure(.entropic(confidence: 0.99), returns: returns).count == 2)
    await #expect(processExitsWith: .failure) {
      _ = ScenarioMeasure(
        .entropic(confidence: 0.99), returns: Matrix(rows: 100, columns: 2, repeating: 0.01))
    }
  }

  /// The entropic value at risk of the reference series.
  @Test func entropicValueAtRiskOfTheReferenceSeries() {
    let returns = Matrix(rows: 100, columns: 1, elements: referenceReturns)
    let value = ScenarioMeasure(.entropic(confidence: 0.95), returns: returns).evaluate([1]).value
    #expect((value - 0.01335070320363629).magnitude < 1e-15)
  }
}
