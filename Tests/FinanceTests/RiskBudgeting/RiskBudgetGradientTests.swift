import Autodiff
import Finance
import Testing

@Suite struct RiskBudgetGradientTests {
  let solver = RiskBudgetSolver()

  @Test func publishedExampleWithEqualBudgets() throws {
    let budgets = [0.25, 0.25, 0.25, 0.25]
    let g = try solver.solve(covariance: richardRoncalli, budgets: budgets)
      .gradient(cotangent: [1, 2, 3, 4])
    let expected = [
      -1.387167001268488, -0.01206163627434609, 0.5794934372557979, 0.8197352002870338,
    ]
    #expect(distance(g.budgets, expected) < 1e-9)
    let diagonal = [
      14.29585608387192, 0.05524654562744923, -1.279744169176911, -0.8045734624166438,
    ]
    #expect(distance((0..<4).map { g.covariance[$0, $0] }, diagonal) < 1e-9)
    #expect((g.covariance[0, 1] - 4.806720270511226).magnitude < 1e-9)
    #expect((g.covariance[2, 3] + 1.03001148653812).magnitude < 1e-9)
  }

  @Test func publishedExampleWithUnequalBudgets() throws {
    let g = try solver.solve(covariance: richardRoncalli, budgets: [0.3, 0.3, 0.195, 0.205])
      .gradient(cotangent: [1, 2, 3, 4])
    let expected = [
      -1.099365467987707, 0.08055649130386316, 0.6593702493844313, 0.8637341189033615,
    ]
    #expect(distance(g.budgets, expected) < 1e-9)
  }

  @Test func gradientIsOrthogonalToTheScaleOfBothInputs() throws {
    for seed in 0..<200 {
      let problem = RandomProblem(
        count: 2 + seed % 30, seed: UInt64(seed), volatilityDecades: 2, budgetDecades: 3)
      let n = problem.count
      var generator = SplitMix64(seed: UInt64(seed))
      let g = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
        .gradient(cotangent: generator.normals(n))
      let (byBudget, byCovariance) = (
        zip(g.budgets, problem.budgets).map { $0 * $1 },
        zip(g.covariance.elements, problem.covariance.elements).map { $0 * $1 }
      )
      for products in [byBudget, byCovariance] {
        // The factor is that of the last step's start, within 1e-10 of the solution.
        #expect(products.reduce(0, +).magnitude <= 1e-11)
      }
      for i in 0..<n { for j in 0..<i { #expect(g.covariance[i, j] == g.covariance[j, i]) } }
    }
  }

  @Test func constantCotangentHasNoGradient() throws {
    let problem = RandomProblem(count: 8, seed: 4)
    let g = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
      .gradient(cotangent: [Double](repeating: 0.75, count: 8))
    #expect(g.budgets.allSatisfy { $0.magnitude < 1e-15 })
    let zero = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
      .gradient(cotangent: [Double](repeating: 0, count: 8))
    #expect(zero.budgets.allSatisfy { $0 == 0 } && zero.covariance.elements.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [2, 3, 5, 8, 13])
  func gradientEqualsCentralDifferences(n: Int) throws {
    for seed in 0..<4 {
      let problem = RandomProblem(count: n, seed: UInt64(100 * n + seed), volatilityDecades: 0.3)
      try expectGradientMatchesDifferences(problem)
    }
  }

  @Test func gradientOfRawBudgetsEqualsCentralDifferences() throws {
    var problem = RandomProblem(count: 6, seed: 99)
    problem.budgets = problem.budgets.map { $0 * 37 }  // far from summing to one
    try expectGradientMatchesDifferences(problem)
  }

  /// The checker must be able to fail.
  @Test func wrongGradientIsCaught() {
    withKnownIssue {
      try expectGradientMatchesDifferences(RandomProblem(count: 3, seed: 5), factor: 1.00001)
    }
  }

  /// Compares `∂L/∂b` and `∂L/∂Σ` (moving mirrored entries together), in relative units, with
  /// central differences of the solver itself.
  private func expectGradientMatchesDifferences(
    _ problem: RandomProblem, factor: Double = 1
  ) throws {
    let n = problem.count
    var generator = SplitMix64(seed: 17)
    let cotangent = generator.normals(n)
    func loss(_ covariance: Matrix, _ budgets: [Double]) throws -> Double {
      let weights = try solver.solve(covariance: covariance, budgets: budgets).weights
      return zip(weights, cotangent).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let g = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
      .gradient(cotangent: cotangent)
    let h = 6e-6
    for i in 0..<n {
      var (up, down) = (problem.budgets, problem.budgets)
      up[i] *= 1 + h
      down[i] *= 1 - h
      let slope = try (loss(problem.covariance, up) - loss(problem.covariance, down)) / (2 * h)
      #expect((factor * g.budgets[i] * problem.budgets[i] - slope).magnitude < 1e-7)
      for j in i..<n {
        let scale = (problem.covariance[i, i] * problem.covariance[j, j]).squareRoot()
        var (up, down) = (problem.covariance, problem.covariance)
        up[i, j] += h * scale
        down[i, j] -= h * scale
        up[j, i] = up[i, j]
        down[j, i] = down[i, j]
        let slope = try (loss(up, problem.budgets) - loss(down, problem.budgets)) / (2 * h)
        let both = i == j ? 1.0 : 2.0
        #expect((factor * both * g.covariance[i, j] * scale - slope).magnitude < 1e-7)
      }
    }
  }

  /// Implicit differentiation against differentiation of every step of a plain Newton iteration.
  @Test(arguments: [2, 4, 6])
  func implicitGradientEqualsUnrolledGradient(n: Int) throws {
    let problem = RandomProblem(count: n, seed: UInt64(40 + n), volatilityDecades: 0.5)
    var generator = SplitMix64(seed: 23)
    let cotangent = generator.normals(n)
    let g = try solver.solve(covariance: problem.covariance, budgets: problem.budgets)
      .gradient(cotangent: cotangent)
    for i in 0..<n {
      let b = unrolled(problem, cotangent, budget: i, entry: nil)
      #expect((g.budgets[i] - b).magnitude < 1e-11 * max(1, b.magnitude))
      for j in i..<n {
        let scale = (problem.covariance[i, i] * problem.covariance[j, j]).squareRoot()
        let s = unrolled(problem, cotangent, budget: nil, entry: (i, j)) * scale
        let both = i == j ? 1.0 : 2.0
        #expect((both * g.covariance[i, j] * scale - s).magnitude < 1e-11 * max(1, s.magnitude))
      }
    }
  }

  /// The derivative of `Σ cotangent · w` along one input, through sixty damped Newton steps on `y`
  /// and the normalisation, in dual numbers.
  private func unrolled(
    _ problem: RandomProblem, _ cotangent: [Double], budget: Int?, entry: (Int, Int)?
  ) -> Double {
    let n = problem.count
    var sigma = (0..<n).map { i in (0..<n).map { Dual(problem.covariance[i, $0], 0) } }
    var b = problem.budgets.map { Dual($0, 0) }
    if let budget { b[budget].slope = 1 }
    if let (i, j) = entry {
      sigma[i][j].slope = 1
      sigma[j][i].slope = 1
    }
    var y = (0..<n).map { i in Dual((problem.budgets[i] / sigma[i][i].value).squareRoot() / 4, 0) }
    for _ in 0..<60 {
      var system = sigma
      var right = [Dual](repeating: Dual(0, 0), count: n)
      for i in 0..<n {
        system[i][i] = system[i][i] + b[i] / (y[i] * y[i])
        right[i] = (0..<n).reduce(Dual(0, 0) - b[i] / y[i]) { $0 + sigma[i][$1] * y[$1] }
      }
      let step = eliminate(system, right)
      let relative = zip(step, y).reduce(0) { max($0, ($1.0.value / $1.1.value).magnitude) }
      let damping = Dual(relative > 0.1 ? 1 / (1 + relative) : 1, 0)
      for i in 0..<n { y[i] = y[i] - damping * step[i] }
    }
    let total = y.reduce(Dual(0, 0)) { $0 + $1 }
    return (0..<n).reduce(0) { $0 + cotangent[$1] * (y[$1] / total).slope }
  }

  private func eliminate(_ matrix: [[Dual]], _ right: [Dual]) -> [Dual] {
    var (a, x) = (matrix, right)
    let n = x.count
    for k in 0..<n {
      for i in k + 1..<max(k + 1, n) {
        let factor = a[i][k] / a[k][k]
        for j in k..<n { a[i][j] = a[i][j] - factor * a[k][j] }
        x[i] = x[i] - factor * x[k]
      }
    }
    for k in (0..<n).reversed() {
      for j in k + 1..<max(k + 1, n) { x[k] = x[k] - a[k][j] * x[j] }
      x[k] = x[k] / a[k][k]
    }
    return x
  }
}

/// A number and its derivative along one direction.
private struct Dual {
  var value: Double
  var slope: Double
  init(_ value: Double, _ slope: Double) { (self.value, self.slope) = (value, slope) }
  static func + (a: Dual, b: Dual) -> Dual { Dual(a.value + b.value, a.slope + b.slope) }
  static func - (a: Dual, b: Dual) -> Dual { Dual(a.value - b.value, a.slope - b.slope) }
  static func * (a: Dual, b: Dual) -> Dual {
    Dual(a.value * b.value, a.slope * b.value + a.value * b.slope)
  }
  static func / (a: Dual, b: Dual) -> Dual {
    let quotient = a.value / b.value
    return Dual(quotient, (a.slope - quotient * b.slope) / b.value)
  }
}
