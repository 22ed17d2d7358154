import Autodiff
import Finance
import Layers
import TestSupport
import Testing

@Suite struct RiskBudgetTests {
  /// Richard & Roncalli (2019), example 1.
  static let covariance: [Double] = {
    let volatility = [0.10, 0.15, 0.20, 0.30]
    return (0..<16).map { index in
      let (i, j) = (index / 4, index % 4)
      let correlation = i == j ? 1 : (i + j == 5 ? 0.75 : 0.5)
      return correlation * volatility[i] * volatility[j]
    }
  }()

  private let isDouble = MemoryLayout<Scalar>.size == 8

  /// Weights, and the gradients of `Σ i·w_i`, of two dates at once: equal and given budgets.
  @Test func aBlockHasTheGoldenWeightsAndGradients() throws {
    let tape = Tape()
    let covariances = tape.variable(
      Tensor(converting: Self.covariance + Self.covariance, shape: [2, 4, 4]))
    let budgets = tape.variable(
      Tensor(converting: [0.25, 0.25, 0.25, 0.25, 0.3, 0.3, 0.195, 0.205], shape: [2, 4]))
    let weights = try RiskBudget()(covariances: covariances, budgets: budgets)
    let expected = [
      0.4101414164504804, 0.2734276109669869, 0.1898585835495196, 0.1265723890330131,
      0.4505267311791587, 0.3003511541194392, 0.1466842690425077, 0.1024378456588943,
    ]
    for (w, reference) in zip(weights.tensor.elements, expected) {
      #expect(abs(Double(w) - reference) < (isDouble ? 1e-12 : 1e-6))
    }
    tape.backward(
      from: weights, cotangent: Tensor([1, 2, 3, 4, 1, 2, 3, 4], shape: [2, 4]))
    let budgetGradient = [
      -1.387167001268488, -0.01206163627434609, 0.5794934372558007, 0.8197352002870338,
      -1.099365467987707, 0.08055649130386316, 0.6593702493844313, 0.8637341189033615,
    ]
    for (g, reference) in zip(tape.gradient(of: budgets).elements, budgetGradient) {
      #expect(abs(Double(g) - reference) < (isDouble ? 1e-9 : 1e-4))
    }
    let sigma = tape.gradient(of: covariances).elements.map { Double($0) }
    for (index, reference) in [
      (0, 14.29585608387192), (5, 0.05524654562744923), (10, -1.279744169176911),
      (15, -0.8045734624166438), (1, 4.806720270511226), (11, -1.03001148653812),
    ] {
      #expect(abs(sigma[index] - reference) < (isDouble ? 1e-9 : 1e-3))
    }
    /// ⟨∂L/∂Σ, Σ⟩ = 0 and bᵀ ∂L/∂b = 0: scale changes nothing.
    let product = zip(sigma[..<16], Self.covariance).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(product) < (isDouble ? 1e-12 : 1e-5))
  }

  /// Softmax budgets get `∂L/∂z = b ⊙ ∂L/∂b`, because `bᵀ ∂L/∂b = 0`.
  @Test func softmaxBudgetsHaveTheShortGradient() throws {
    let scores = Tensor([0.3, -1.2, 0.8, 0.1], shape: [1, 4])
    let cotangent = Tensor([1, -2, 0.5, 3], shape: [1, 4])
    let (tape, apart) = (Tape(), Tape())
    let z = tape.variable(scores)
    let b = z.softmax()
    let sigma = Tensor(converting: Self.covariance, shape: [1, 4, 4])
    let weights = try RiskBudget()(covariances: tape.constant(sigma), budgets: b)
    tape.backward(from: weights, cotangent: cotangent)
    let own = apart.variable(b.tensor)
    apart.backward(
      from: try RiskBudget()(covariances: apart.constant(sigma), budgets: own),
      cotangent: cotangent)
    let p = apart.gradient(of: own).elements
    for (i, slope) in tape.gradient(of: z).elements.enumerated() {
      #expect((slope - b.tensor.elements[i] * p[i]).magnitude <= 200 * Scalar.ulpOfOne)
    }
    #expect(p.contains { $0.magnitude > 0.1 })
  }

  @Test func gradientsMatchDifferences() throws {
    var generator = SplitMix64(seed: 5)
    let n = 5
    // Covariances near one in scale keep the differences well conditioned.
    var sigma: [Double] = []
    for _ in 0..<2 {
      let factors = generator.normals(n * n)
      for i in 0..<n {
        for j in 0..<n {
          var value = i == j ? 1.0 : 0
          for k in 0..<n { value += factors[i * n + k] * factors[j * n + k] / Double(n) }
          sigma.append(value)
        }
      }
    }
    let upper = (0..<n).flatMap { i in (i..<n).map { (i, $0) } }
    // The solver refuses asymmetric input: move both halves together.
    let triangle = Tensor(
      converting: (0..<2).flatMap { d in upper.map { sigma[d * n * n + $0.0 * n + $0.1] } },
      shape: Shape(2 * upper.count))
    var unfold = Tensor(repeating: 0, shape: Shape(2 * upper.count, 2 * n * n))
    for d in 0..<2 {
      for (k, (i, j)) in upper.enumerated() {
        for position in Set([i * n + j, j * n + i]) {
          unfold.elements[(d * upper.count + k) * 2 * n * n + d * n * n + position] = 1
        }
      }
    }
    let matrix = unfold
    let budgets = Tensor(
      converting: (0..<2 * n).map { 0.1 + 0.05 * Double($0 % 5) }, shape: [2, 5])
    try expectGradients(of: [triangle, budgets]) { inputs in
      let full = matmul(
        inputs[0].reshaped(to: Shape(1, 2 * upper.count)), inputs[0].tape.constant(matrix))
      return try RiskBudget()(
        covariances: full.reshaped(to: Shape(2, n, n)), budgets: inputs[1])
    }
  }

  @Test func aDateHasTheSameBitsInAnyBlock() throws {
    func weights(_ dates: [[Double]]) throws -> [Scalar] {
      let tape = Tape()
      let covariances = tape.constant(
        Tensor(
          converting: Array(repeating: Self.covariance, count: dates.count).flatMap { $0 },
          shape: Shape(dates.count, 4, 4)))
      let budgets = tape.constant(
        Tensor(converting: dates.flatMap { $0 }, shape: Shape(dates.count, 4)))
      return try RiskBudget()(covariances: covariances, budgets: budgets).tensor.elements
    }
    let (a, b) = ([0.1, 0.2, 0.3, 0.4], [0.4, 0.1, 0.1, 0.4])
    #expect(try Array(weights([a, b])[4...]) == weights([b]))
    #expect(try Array(weights([a, b])[..<4]) == weights([a]))
  }

  @Test func zeroBudgetExcludesTheAsset() throws {
    let tape = Tape()
    let covariances = tape.constant(Tensor(converting: Self.covariance, shape: [1, 4, 4]))
    let budgets = tape.variable(Tensor([0.5, 0, 0.25, 0.25], shape: [1, 4]))
    let weights = try RiskBudget()(covariances: covariances, budgets: budgets)
    #expect(weights.tensor.elements[1] == 0)
    tape.backward(from: weights, cotangent: Tensor([1, 2, 3, 4], shape: [1, 4]))
    #expect(tape.gradient(of: budgets).elements[1] == 0)
  }

  @Test func aDateWithoutSolutionIsNamed() {
    var broken = Self.covariance
    broken[1] = 5
    broken[4] = 5
    let tape = Tape()
    let covariances = tape.constant(
      Tensor(converting: Self.covariance + broken, shape: [2, 4, 4]))
    let budgets = tape.constant(Tensor(repeating: 0.25, shape: [2, 4]))
    let error = #expect(throws: DatedError.self) {
      try RiskBudget()(covariances: covariances, budgets: budgets)
    }
    #expect(error?.date == 1)
    #expect(error?.underlying is RiskBudgetError)
  }
}
