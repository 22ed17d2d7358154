import Autodiff
import Finance
import Testing

@Suite struct MinimumVarianceTests {
  @Test(arguments: [2, 3, 7, 20, 50], [0.5, 3.0])
  func optimalityConditionsHold(n: Int, volatilityDecades: Double) throws {
    for seed in 0..<30 {
      let problem = RandomProblem(
        count: n, seed: UInt64(seed), volatilityDecades: volatilityDecades)
      try expectOptimal(problem.covariance, nil)
      let bounds = try SimplexBounds(count: n, floor: 0.3, cap: 1.6)
      try expectOptimal(problem.covariance, bounds)
      try expectOptimal(problem.covariance, SimplexBounds(count: n, floor: 0, cap: 2.5))
    }
  }

  /// `(Σw)ᵢ = μ` between the bounds, `≥ μ` at the lower, `≤ μ` at the upper one: a certificate of
  /// the minimum, since the problem is convex.
  private func expectOptimal(
    _ covariance: Matrix, _ bounds: SimplexBounds?, from given: [Double]? = nil
  ) throws {
    let n = covariance.rows
    let w = try given ?? MinimumVariance(bounds: bounds).weights(covariance: covariance)
    #expect((w.reduce(0, +) - 1).magnitude < 1e-15 * Double(n))
    let gradient = (0..<n).map { i in (0..<n).reduce(0) { $0 + covariance[i, $1] * w[$1] } }
    let sizes = (0..<n).map { i in
      (0..<n).reduce(0) { $0 + covariance[i, $1].magnitude * w[$1] }
    }
    // The largest slope at an asset that could give, the smallest at one that could take.
    var (give, take) = (-1, -1)
    for i in 0..<n {
      let (lower, upper) = (bounds?.lower[i] ?? 0, bounds?.upper[i] ?? 1)
      #expect(w[i] >= lower && w[i] <= upper)
      if w[i] > lower, give < 0 || gradient[i] > gradient[give] { give = i }
      if w[i] < upper, take < 0 || gradient[i] < gradient[take] { take = i }
    }
    guard give >= 0, take >= 0 else { return }
    let tolerance = 1e-10 * max(sizes[give], sizes[take])
    #expect(gradient[give] - gradient[take] <= tolerance)
  }

  @Test func wrongWeightsAreCaught() {
    withKnownIssue {
      try expectOptimal(richardRoncalli, nil, from: [0.25, 0.25, 0.25, 0.25])
    }
  }

  @Test func twoAssetsHaveAClosedForm() throws {
    // w₀ = (σ₁² − ρσ₀σ₁) / (σ₀² + σ₁² − 2ρσ₀σ₁), unless that leaves [0, 1].
    for (s0, s1, rho) in [(0.1, 0.2, 0.3), (0.2, 0.1, -0.8), (0.1, 0.3, 0.6), (0.3, 0.1, 0.6)] {
      let matrix = covariance(volatilities: [s0, s1], correlations: [[rho], []])
      let raw = (s1 * s1 - rho * s0 * s1) / (s0 * s0 + s1 * s1 - 2 * rho * s0 * s1)
      let expected = max(0, min(1, raw))
      let w = try MinimumVariance().weights(covariance: matrix)
      #expect(distance(w, [expected, 1 - expected]) < 1e-15)
    }
  }

  @Test func perfectHedgeIsFound() throws {
    let matrix = Matrix(rows: 3, columns: 3, elements: [1, 0.2, -2, 0.2, 1, -0.4, -2, -0.4, 4])
    let w = try MinimumVariance().weights(covariance: matrix)
    #expect(distance(w, [2.0 / 3, 0, 1.0 / 3]) < 1e-9)
  }

  @Test func singularCovariancesAreSolved() throws {
    // Duplicates, and thirty assets of rank nine.
    let base = RandomProblem(count: 4, seed: 31).covariance
    let source = [0, 1, 2, 3, 1, 1, 0]
    var wider = Matrix(rows: 7, columns: 7)
    for i in 0..<7 { for j in 0..<7 { wider[i, j] = base[source[i], source[j]] } }
    try expectOptimal(wider, nil)
    try expectOptimal(wider, SimplexBounds(count: 7, floor: 0.1, cap: 2))
    for seed in 0..<20 {
      var generator = SplitMix64(seed: UInt64(seed))
      let returns = (0..<30).map { _ in generator.normals(9) }
      var matrix = Matrix(rows: 30, columns: 30)
      for i in 0..<30 {
        for j in 0..<30 {
          matrix[i, j] = zip(returns[i], returns[j]).reduce(0) { $0 + $1.0 * $1.1 }
        }
      }
      let w = try MinimumVariance().weights(covariance: matrix)
      let variance = (0..<30).reduce(0) { sum, i in
        sum + w[i] * (0..<30).reduce(0) { $0 + matrix[i, $1] * w[$1] }
      }
      #expect(w.allSatisfy { $0 >= 0 } && (w.reduce(0, +) - 1).magnitude < 1e-14)
      // Nine dimensions and thirty assets on all sides of the origin: a riskless portfolio exists
      // for nearly every draw; the optimality conditions say so for the rest.
      if variance > 1e-12 { try expectOptimal(matrix, nil) }
    }
  }

  @Test func boundsThatLeaveOnePortfolioGiveIt() throws {
    for (floor, cap) in [(1.0, 3.0), (0, 1)] {
      let bounds = try SimplexBounds(count: 4, floor: floor, cap: cap)
      let w = try MinimumVariance(bounds: bounds).weights(covariance: richardRoncalli)
      #expect(distance(w, [0.25, 0.25, 0.25, 0.25]) < 1e-15)
    }
    let bounds = try SimplexBounds(lower: [0.1, 0.5, 0, 0], upper: [0.1, 0.5, 0.4, 1])
    let w = try MinimumVariance(bounds: bounds).weights(covariance: richardRoncalli)
    #expect(w[0] == 0.1 && w[1] == 0.5)
    try expectOptimal(
      richardRoncalli, SimplexBounds(lower: [0, 0.5, 0, 0], upper: [1, 0.5, 0.4, 1]))
  }

  @Test func faultyCovariancesAreRefused() {
    func message(_ elements: [Double]) -> String {
      do throws(MinimumVarianceError) {
        let matrix = Matrix(rows: 2, columns: 2, elements: elements)
        return "no error: \(try MinimumVariance().weights(covariance: matrix))"
      } catch { return error.description }
    }
    #expect(
      message([1, 0, 0, 0]) == "minimum variance: the variance of asset 1 is 0.0; it must be "
        + "positive. Exclude the asset (constant prices?).")
    #expect(message([1, .nan, .nan, 1]).hasPrefix("minimum variance: covariance[0, 1] is nan;"))
    #expect(message([1, 2, 2, 1]).hasPrefix("minimum variance: the covariance is indefinite: its"))
  }
}
