import Autodiff
import Finance
import Testing

@Suite struct BudgetHeadTests {
  /// Scores of every size, from ties to full saturation.
  private func scores(_ n: Int, _ seed: Int) -> [Double] {
    var generator = SplitMix64(seed: UInt64(seed))
    let size = [0.1, 1, 5, 30, 1e3][seed % 5]
    return generator.normals(n).map { size * $0 }
  }

  private func bounds(_ n: Int, _ seed: Int) throws -> BudgetBounds {
    if seed % 3 == 0 { return try BudgetBounds(count: n, floor: 0.2, cap: 3) }
    if seed % 3 == 1 { return try BudgetBounds(count: n, floor: 0, cap: .infinity) }
    var generator = SplitMix64(seed: UInt64(seed + 1000))
    return try BudgetBounds(
      lower: (0..<n).map { _ in 0.8 * generator.uniform() / Double(n) },
      upper: (0..<n).map { _ in min(1, (1 + 4 * generator.uniform()) / Double(n)) })
  }

  @Test(arguments: [2, 3, 10, 50])
  func budgetsSumToOneWithinTheirBounds(n: Int) throws {
    for seed in 0..<300 {
      let head = try BudgetHead(bounds: bounds(n, seed))
      let budgets = try head.budgets(scores: scores(n, seed))
      let sum = budgets.reduce(0, +)
      #expect((sum - 1).magnitude <= 1e-15 * Double(n), "sum \(sum), seed \(seed)")
      for i in 0..<n {
        #expect(budgets[i] >= head.bounds.lower[i] && budgets[i] <= head.bounds.upper[i])
      }
    }
  }

  @Test(arguments: [1, 2, 7, 50], [0, 3.25, -1e3, 1e9])
  func equalScoresGiveExactlyEqualBudgets(n: Int, score: Double) throws {
    let head = try BudgetHead(bounds: BudgetBounds(count: n, floor: 0.1, cap: 4))
    let budgets = try head.budgets(scores: [Double](repeating: score, count: n))
    #expect(budgets.allSatisfy { $0 == budgets[0] })
    #expect((budgets[0] - 1 / Double(n)).magnitude < 2e-16)
  }

  @Test func budgetsFollowTheDefinition() throws {
    // Two assets without bounds: s(z₀ − τ) + s(z₁ − τ) = 1 at τ = (z₀ + z₁) / 2.
    let head = try BudgetHead(bounds: BudgetBounds(count: 2, floor: 0, cap: 2))
    let budgets = try head.budgets(scores: [1.5, 0.5])
    #expect(distance(budgets, [0.6224593312018546, 0.3775406687981454]) < 1e-15)
  }

  @Test func addingAConstantChangesNothing() throws {
    let head = try BudgetHead(bounds: bounds(6, 2))
    let z = scores(6, 1)
    let shifted = try head.budgets(scores: z.map { $0 + 64 })
    #expect(try distance(head.budgets(scores: z), shifted) < 1e-14)
  }

  @Test func higherScoreGetsTheHigherBudget() throws {
    let head = try BudgetHead(bounds: BudgetBounds(count: 20, floor: 0.1, cap: 6))
    let z = scores(20, 2)
    let budgets = try head.budgets(scores: z)
    for i in 0..<20 { for j in 0..<20 where z[i] > z[j] { #expect(budgets[i] > budgets[j]) } }
  }

  @Test func saturatedScoresReachTheBounds() throws {
    let head = try BudgetHead(bounds: BudgetBounds(count: 4, floor: 0.2, cap: 3))
    // One at the cap .75 would leave .25, but the floors need .15: the third takes what remains.
    let budgets = try head.budgets(scores: [1e3, -1e3, -500, -1e3])
    #expect(distance(budgets, [0.75, 0.05, 0.15, 0.05]) < 1e-15)
    let g = try head.gradient(scores: [1e3, -1e3, -500, -1e3], cotangent: [1, 2, 3, 4])
    #expect(g.allSatisfy { $0.isFinite && $0.magnitude < 1e-15 })
    // Flat between the scores: any τ will do, nothing may divide by zero.
    let free = try BudgetHead(bounds: BudgetBounds(count: 2, floor: 0, cap: 2))
    #expect(try free.budgets(scores: [1e3, -1e3]) == [1, 0])
    #expect(try free.gradient(scores: [1e3, -1e3], cotangent: [1, 2]) == [0, 0])
  }

  @Test func fixedBudgetsHaveNoGradient() throws {
    for (floor, cap) in [(1.0, 2.0), (0, 1), (1, 1)] {
      let head = try BudgetHead(bounds: BudgetBounds(count: 3, floor: floor, cap: cap))
      let budgets = try head.budgets(scores: [1, 2, 3])
      #expect(distance(budgets, [1.0 / 3, 1.0 / 3, 1.0 / 3]) < 1e-15)
      #expect(try head.gradient(scores: [1, 2, 3], cotangent: [1, 2, 4]) == [0, 0, 0])
    }
    let one = try BudgetHead(bounds: BudgetBounds(lower: [0, 0.4, 0], upper: [1, 0.4, 1]))
    #expect(try one.budgets(scores: [1, 50, 1])[1] == 0.4)
    #expect(try one.gradient(scores: [1, 50, 1], cotangent: [1, 9, 2])[1] == 0)
  }

  @Test(arguments: [2, 3, 8])
  func gradientEqualsCentralDifferences(n: Int) throws {
    for seed in 0..<12 {
      let head = try BudgetHead(bounds: bounds(n, seed))
      var generator = SplitMix64(seed: UInt64(seed))
      let (z, cotangent) = (generator.normals(n).map { 2 * $0 }, generator.normals(n))
      try expectGradientMatchesDifferences(head, z, cotangent)
    }
  }

  @Test func wrongGradientIsCaught() throws {
    let head = try BudgetHead(bounds: bounds(3, 0))
    withKnownIssue {
      try expectGradientMatchesDifferences(head, [1, 0, -1], [1, -1, 2], factor: 1.0001)
    }
  }

  private func expectGradientMatchesDifferences(
    _ head: BudgetHead, _ z: [Double], _ cotangent: [Double], factor: Double = 1
  ) throws {
    let g = try head.gradient(scores: z, cotangent: cotangent)
    let h = 6e-6
    for i in z.indices {
      var (up, down) = (z, z)
      up[i] += h
      down[i] -= h
      let difference = try zip(head.budgets(scores: up), head.budgets(scores: down)).map { $0 - $1 }
      let slope = zip(difference, cotangent).reduce(0) { $0 + $1.0 * $1.1 } / (2 * h)
      #expect((factor * g[i] - slope).magnitude < 1e-9)
    }
  }

  /// Two assets, whose gradient is known in closed form however near the bounds they are.
  @Test(arguments: [1.0, 10, 40, 80, 345])
  func gradientKeepsItsDigitsWhenSaturated(gap: Double) throws {
    let head = try BudgetHead(bounds: BudgetBounds(count: 2, floor: 0, cap: 2))
    // By symmetry τ = 0 and b₀ = s((z₀ − z₁) / 2): ∂b₀/∂z₀ = ½ s (1 − s).
    let g = try head.gradient(scores: [gap, -gap], cotangent: [1, 0])
    let t = exponential(-gap)
    let expected = 0.5 * t / ((1 + t) * (1 + t))
    // The reference above loses a digit or two itself by repeated squaring.
    #expect((g[0] / expected - 1).magnitude < 1e-11)
    #expect((g[1] / expected + 1).magnitude < 1e-11)
  }

  /// Where one asset alone is free to move, the mean of the cotangents is its own: what is left is
  /// the tiny share of the others, to full accuracy.
  @Test func gradientOfASingleFreeAssetKeepsItsDigits() throws {
    let slopes = [0.2, 1e-20, 3e-22]
    var g = [0.0, 0, 0]
    BudgetHead.backward(count: 3, cotangent: [1, 3, -2], slopes: slopes, scoreGradient: &g)
    // z̄₀ = −k₀ Σ kⱼ (b̄ⱼ − b̄₀) / Σ k = −(2e-20 − 9e-22).
    #expect((g[0] / -1.91e-20 - 1).magnitude < 1e-14)
    #expect((g[1] / 2e-20 - 1).magnitude < 1e-14 && (g[2] / -9e-22 - 1).magnitude < 1e-14)
  }

  private func exponential(_ x: Double) -> Double {
    // e^x by its series after halving; x ≤ 0.
    var (halvings, small) = (0, x)
    while small.magnitude > 0.01 {
      small /= 2
      halvings += 1
    }
    var (sum, term) = (1.0, 1.0)
    for k in 1...12 {
      term *= small / Double(k)
      sum += term
    }
    for _ in 0..<halvings { sum *= sum }
    return sum
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 2e12])
  func scoresBeyondMeasureAreRefused(value: Double) throws {
    let head = try BudgetHead(bounds: BudgetBounds(count: 2, floor: 0, cap: 2))
    let error = #expect(throws: BudgetHeadError.self) { try head.budgets(scores: [0, value]) }
    #expect(
      error?.description
        == "budget head: the score of asset 1 is \(value); scores must be numbers of at most "
        + "1000000000000.0 in magnitude. If this happened in training, lower the learning rate "
        + "or clip the gradient.")
  }
}
