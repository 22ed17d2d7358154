import Autodiff
import Finance
import Testing

@Suite struct RiskBudgetPropertyTests {
  /// `max |RCᵢ/bᵢ − 1|`, each over the rounding that the contribution's own terms allow: `Σ|wᵢΣᵢⱼwⱼ|`
  /// beside `|wᵢ(Σw)ᵢ|`.
  private func scaledError(_ problem: RandomProblem, _ weights: [Double]) -> Double {
    let (n, sum) = (problem.count, problem.budgets.reduce(0, +))
    var (net, gross, total) = (
      [Double](repeating: 0, count: n), [Double](repeating: 0, count: n), 0.0
    )
    problem.covariance.elements.withUnsafeBufferPointer { sigma in
      for i in 0..<n {
        for j in 0..<n {
          let term = weights[i] * sigma[i * n + j] * weights[j]
          net[i] += term
          gross[i] += term.magnitude
        }
        total += net[i]
      }
    }
    var worst = 0.0
    for i in 0..<n {
      let error = (net[i] / total / (problem.budgets[i] / sum) - 1).magnitude
      worst = max(worst, error * net[i].magnitude / gross[i])
    }
    return worst
  }

  @Test func tenThousandRandomProblemsShareTheirRisk() throws {
    let solver = RiskBudgetSolver()
    var (worst, mostSteps) = (0.0, 0)
    for seed in 0..<10_000 {
      let problem = RandomProblem(
        count: 2 + seed % 99, seed: UInt64(seed), volatilityDecades: Double(seed % 7),
        budgetDecades: Double(seed % 11))
      let solution = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
      worst = max(worst, scaledError(problem, solution.weights))
      mostSteps = max(mostSteps, solution.iterations)
    }
    #expect(worst <= 1e-10 && mostSteps <= 100, "error \(worst), \(mostSteps) steps")
  }

  /// Negative control: a weight that is off by a millionth is seen.
  @Test func aWrongWeightIsSeen() throws {
    for seed in 0..<200 {
      let problem = RandomProblem(
        count: 2 + seed % 99, seed: UInt64(seed), volatilityDecades: Double(seed % 7))
      var weights = try RiskBudgetSolver().solve(
        covariance: problem.covariance, budgets: problem.budgets
      ).weights
      weights[seed % problem.count] *= 1 + 1e-6
      #expect(scaledError(problem, weights) > 1e-10)
    }
  }

  /// Correlations next to ±1, where one asset hedges another.
  @Test(arguments: [-0.9999999, -0.999, -0.5, 0.999, 0.9999999])
  func correlationsNextToOneAreSolved(correlation: Double) throws {
    let matrix = covariance(
      volatilities: [0.2, 1e-4, 50], correlations: [[correlation, 0.1], [0.1 * correlation], []])
    let problem = RandomProblem(covariance: matrix, budgets: [0.2, 0.3, 0.5])
    let solution = try RiskBudgetSolver().solve(covariance: matrix, budgets: problem.budgets)
    #expect(scaledError(problem, solution.weights) < 1e-10)
  }

  @Test func withoutTheCertificateTheAnswerIsTheSame() throws {
    for seed in 0..<50 {
      let problem = RandomProblem(count: 2 + seed, seed: UInt64(seed))
      let certified = try RiskBudgetSolver().solve(
        covariance: problem.covariance, budgets: problem.budgets)
      let trusting = try RiskBudgetSolver(certifies: false).solve(
        covariance: problem.covariance, budgets: problem.budgets)
      #expect(certified.weights == trusting.weights)
    }
  }

  /// With no negative correlation the backward system's condition is at most two.
  @Test func conditionIsReported() throws {
    let benign = try RiskBudgetSolver().solve(
      covariance: richardRoncalli, budgets: [0.3, 0.3, 0.195, 0.205])
    #expect(benign.diagnostics.condition >= 1 && benign.diagnostics.condition < 3)
    let hedged = try RiskBudgetSolver().solve(
      covariance: covariance(volatilities: [1, 1], correlations: [[-0.999], []]),
      budgets: [0.3, 0.7])
    #expect(hedged.diagnostics.condition > 100)
  }

  #if arch(x86_64) && !os(macOS) && !os(Windows)
    /// Weights and gradients against the same mathematics in extended precision.
    @Test(arguments: [(0.0, 1.0, 1e-12), (6, 1, 1e-12), (1, 10, 1e-9), (6, 8, 1e-9)])
    func extendedPrecisionAgrees(
      volatilityDecades: Double, budgetDecades: Double, tolerance: Double
    ) throws {
      for seed in 0..<20 {
        let problem = RandomProblem(
          count: 2 + seed, seed: UInt64(300 + seed), volatilityDecades: volatilityDecades,
          budgetDecades: budgetDecades)
        let n = problem.count
        var generator = SplitMix64(seed: UInt64(seed))
        let cotangent = generator.normals(n)
        let solution = try RiskBudgetSolver().solve(
          covariance: problem.covariance, budgets: problem.budgets)
        let g = solution.gradient(cotangent: cotangent)
        let exact = extended(problem, cotangent)
        for i in 0..<n {
          #expect((solution.weights[i] / Double(exact.weights[i]) - 1).magnitude < tolerance)
        }
        // ∂L/∂ ln b and σᵢσⱼ ∂L/∂Σᵢⱼ have no units.
        let byBudget = (0..<n).map { g.budgets[$0] * problem.budgets[$0] }
        let reference = (0..<n).map { Double(exact.p[$0]) * problem.budgets[$0] }
        #expect(distance(byBudget, reference) < 1e-11)
        for i in 0..<n {
          for j in 0..<n {
            let scale = (problem.covariance[i, i] * problem.covariance[j, j]).squareRoot()
            let value = Double(exact.v[i] * exact.y[j] + exact.v[j] * exact.y[i])
            #expect((g.covariance[i, j] + 0.5 * value).magnitude * scale < 1e-11)
          }
        }
      }
    }

    /// `y`, `w`, `v` with `H v = ḡ` and `p = v ⊘ y` by plain damped Newton in `Float80`.
    private func extended(
      _ problem: RandomProblem, _ cotangent: [Double]
    ) -> (y: [Float80], weights: [Float80], v: [Float80], p: [Float80]) {
      let n = problem.count
      let sigma = problem.covariance.elements.map { Float80($0) }
      let b = problem.budgets.map { Float80($0) }
      func solve(_ y: [Float80], _ right: [Float80]) -> [Float80] {
        // Scaled by y on both sides: diag(y) Σ diag(y) + diag(b).
        var a = [Float80](repeating: 0, count: n * n)
        for i in 0..<n {
          for j in 0..<n { a[i * n + j] = y[i] * sigma[i * n + j] * y[j] }
          a[i * n + i] += b[i]
        }
        var x = (0..<n).map { right[$0] * y[$0] }
        for k in 0..<n {
          for i in k + 1..<max(k + 1, n) {
            let factor = a[i * n + k] / a[k * n + k]
            for j in k..<n { a[i * n + j] -= factor * a[k * n + j] }
            x[i] -= factor * x[k]
          }
        }
        for k in (0..<n).reversed() {
          for j in k + 1..<max(k + 1, n) { x[k] -= a[k * n + j] * x[j] }
          x[k] /= a[k * n + k]
        }
        return (0..<n).map { x[$0] * y[$0] }
      }
      var y = (0..<n).map { (b[$0] / sigma[$0 * n + $0]).squareRoot() }
      for _ in 0..<400 {
        let gradient = (0..<n).map { i in
          (0..<n).reduce(-b[i] / y[i]) { $0 + sigma[i * n + $1] * y[$1] }
        }
        let step = solve(y, gradient)
        let size = (0..<n).reduce(Float80(0)) { max($0, (step[$1] / y[$1]).magnitude) }
        let length = size > 0.1 ? 1 / (1 + size) : 1
        for i in 0..<n { y[i] -= length * step[i] }
        if size < 1e-17 { break }
      }
      let total = y.reduce(0, +)
      let weights = y.map { $0 / total }
      let mean = (0..<n).reduce(Float80(0)) { $0 + weights[$1] * Float80(cotangent[$1]) }
      let v = solve(y, cotangent.map { (Float80($0) - mean) / total })
      return (y, weights, v, zip(v, y).map { $0 / $1 })
    }
  #endif
}
