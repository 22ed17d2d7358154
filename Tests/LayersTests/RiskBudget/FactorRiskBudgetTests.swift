import Autodiff
import Finance
import Layers
import TestSupport
import Testing

@Suite struct FactorRiskBudgetTests {
  private func inputs(dates: Int, count n: Int, factors k: Int) -> [Tensor] {
    let root = randomTensor([dates, k, k], seed: 3, scale: 0.3).elements
    let factors = (0..<dates * k * k).map { index -> Double in
      let (d, a, b) = (index / (k * k), index / k % k, index % k)
      return (0..<k).reduce(a == b ? 1 : 0) {
        $0 + Double(root[d * k * k + a * k + $1]) * Double(root[d * k * k + b * k + $1])
      }
    }
    return [
      randomTensor([dates, n, k], seed: 1, scale: 0.3, shift: 0.8),
      Tensor(converting: factors, shape: [dates, k, k]),
      Tensor(
        converting: randomTensor([dates, n], seed: 2).elements.map { 0.5 + Double($0 * $0) },
        shape: [dates, n]),
      Tensor(
        converting: (0..<dates * n).map { 0.1 + 0.05 * Double($0 % 4) }, shape: [dates, n]),
    ]
  }

  @Test func gradientsMatchDifferences() throws {
    let all = inputs(dates: 2, count: 5, factors: 2)
    // The solver refuses an asymmetric Φ, so its root is varied: Φ = R Rᵀ by the tape.
    let root = randomTensor([2, 2], seed: 8, scale: 0.3, shift: 0.5)
    try expectGradients(of: [all[0], root, all[2], all[3]]) { x in
      let tape = x[0].tape
      let swap = tape.constant(
        Tensor([1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1], shape: [4, 4]))
      let transposed = matmul(x[1].reshaped(to: [1, 4]), swap).reshaped(to: [2, 2])
      let factors = matmul(x[1], transposed).reshaped(to: [1, 4])
      let both = matmul(tape.constant(Tensor([1, 1], shape: [2, 1])), factors)
      return try FactorRiskBudget()(
        loadings: x[0], factors: both.reshaped(to: [2, 2, 2]), idiosyncratic: x[2], budgets: x[3])
    }
  }

  @Test func weightsAreThoseOfTheDenseLayer() throws {
    let (dates, n, k) = (2, 6, 3)
    let all = inputs(dates: dates, count: n, factors: k)
    let tape = Tape()
    let x = all.map { tape.constant($0) }
    let (weights, diagnostics) = try FactorRiskBudget().solve(x[0], x[1], x[2], x[3])
    #expect(diagnostics.count == dates && diagnostics.allSatisfy { $0.condition >= 1 })
    for d in 0..<dates {
      func part(_ input: Int, _ count: Int) -> [Double] {
        all[input].elements[d * count..<(d + 1) * count].map { Double($0) }
      }
      let covariance = FactorCovariance(
        loadings: Matrix(rows: n, columns: k, elements: part(0, n * k)),
        factors: Matrix(rows: k, columns: k, elements: part(1, k * k)),
        idiosyncratic: part(2, n))
      let solver = RiskBudgetSolver(roundingUnit: Double(Scalar.ulpOfOne))
      let dense = try solver.solve(covariance: covariance.dense, budgets: part(3, n))
      for i in 0..<n {
        #expect(abs(Double(weights.values[d * n + i]) - dense.weights[i]) < 1e-6)
      }
    }
  }

  @Test func aDateWithoutSolutionIsNamed() {
    var all = inputs(dates: 2, count: 3, factors: 1)
    all[2].elements[4] = -1
    let tape = Tape()
    let x = all.map { tape.constant($0) }
    let error = #expect(throws: DatedError.self) {
      try FactorRiskBudget()(loadings: x[0], factors: x[1], idiosyncratic: x[2], budgets: x[3])
    }
    #expect(error?.date == 1)
  }
}
