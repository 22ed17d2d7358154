import Autodiff
import Finance
import Layers
import TestSupport
import Testing

@Suite struct TiltedRiskBudgetTests {
  private static let (dates, assets) = (2, 3)
  private static let isDouble = MemoryLayout<Scalar>.size == 8

  private static let covariances = Tensor(
    converting: [
      4, 1, -0.6, 1, 9, 1.2, -0.6, 1.2, 2.25,
      9, 0, 1, 0, 1, 0.2, 1, 0.2, 4,
    ], shape: [2, 3, 3])
  private static let budgets = Tensor(
    converting: [0.2, 0.3, 0.5, 0.4, 0.4, 0.2], shape: [2, 3])
  private static let returns = Tensor(
    converting: [0.3, -0.2, 0.1, 0.5, 0.1, -0.4], shape: [2, 3])

  /// Shares of `R` are the budgets: `w_i ∂_i R(w) / R(w) = b_i`.
  @Test func sharesOfTheTiltedRiskAreTheBudgets() throws {
    let tape = Tape()
    let weights = try TiltedRiskBudget()(
      covariances: tape.constant(Self.covariances),
      expectedReturns: tape.constant(Self.returns), budgets: tape.constant(Self.budgets)
    ).tensor.elements.map { Double($0) }
    let n = Self.assets
    for d in 0..<Self.dates {
      let w = Array(weights[d * n..<(d + 1) * n])
      let marginal = (0..<n).map { i in
        (0..<n).reduce(0) { $0 + Double(Self.covariances.elements[(d * n + i) * n + $1]) * w[$1] }
      }
      let deviation = zip(w, marginal).reduce(0) { $0 + $1.0 * $1.1 }.squareRoot()
      let slopes = (0..<n).map {
        marginal[$0] / deviation - Double(Self.returns.elements[d * n + $0])
      }
      let risk = zip(w, slopes).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(w.reduce(0, +) - 1) < 1e-6)
      for i in 0..<n {
        let budget = Double(Self.budgets.elements[d * n + i])
        #expect(abs(w[i] * slopes[i] / risk - budget) < (Self.isDouble ? 1e-12 : 1e-5))
      }
    }
  }

  @Test func withoutReturnsItIsRiskBudgeting() throws {
    let tape = Tape()
    let (σ, b) = (tape.constant(Self.covariances), tape.constant(Self.budgets))
    let zero = tape.constant(Tensor(repeating: 0, shape: [2, 3]))
    let tilted = try TiltedRiskBudget()(covariances: σ, expectedReturns: zero, budgets: b).tensor
    let plain = try RiskBudget()(covariances: σ, budgets: b).tensor
    for (x, y) in zip(tilted.elements, plain.elements) { #expect(abs(x - y) < 64 * .ulpOfOne) }
  }

  @Test func gradientsMatchDifferences() throws {
    try expectGradients(of: [Self.covariances, Self.returns, Self.budgets]) { inputs in
      try TiltedRiskBudget()(
        covariances: (inputs[0] + inputs[0].transposed()).scaled(by: 0.5),
        expectedReturns: inputs[1], budgets: inputs[2])
    }
    // One asset, and one left out.
    let one = [Tensor([4], shape: [1, 1, 1]), Tensor([0.1], shape: [1, 1])]
    try expectGradients(of: one) { inputs in
      try TiltedRiskBudget()(
        covariances: inputs[0], expectedReturns: inputs[1],
        budgets: inputs[0].tape.constant(Tensor([0.7], shape: [1, 1])))
    }
    try expectGradients(of: [Self.covariances, Self.returns]) { inputs in
      try TiltedRiskBudget()(
        covariances: (inputs[0] + inputs[0].transposed()).scaled(by: 0.5),
        expectedReturns: inputs[1],
        budgets: inputs[0].tape.constant(
          Tensor(converting: [0.5, 0, 0.5, 0.4, 0.4, 0.2], shape: [2, 3])))
    }
  }

  @Test func riskThatIsNotPositiveNamesTheDate() {
    let tape = Tape()
    var returns = Self.returns
    returns.elements[3] = 10
    let error = #expect(throws: DatedError.self) {
      try TiltedRiskBudget()(
        covariances: tape.constant(Self.covariances), expectedReturns: tape.constant(returns),
        budgets: tape.constant(Self.budgets))
    }
    #expect(error?.date == 1)
  }

  /// Assets without a budget are left out of the problem, but not of the numbering in its errors.
  @Test func errorsCountAllAssets() {
    let tape = Tape()
    var budgets = Self.budgets
    budgets.elements[3] = 0
    budgets.elements[5] = -0.2
    let error = #expect(throws: DatedError.self) {
      try TiltedRiskBudget()(
        covariances: tape.constant(Self.covariances), expectedReturns: tape.constant(Self.returns),
        budgets: tape.constant(budgets))
    }
    #expect(error?.date == 1)
    #expect(
      error?.underlying as? RiskMeasureError
        == .invalidBudget(asset: 2, value: Double(Scalar(-0.2))))
  }

  /// However loud the network is, no portfolio's expected return reaches its volatility.
  @Test(arguments: [0.0, 0.3, 50]) func theHeadKeepsRiskPositive(scale: Double) throws {
    let (head, start) = build {
      TiltHead(width: 2, assets: 3, limit: 0.9, in: &$0)
    }
    #expect(start.entries.map(\.name) == ["net.weight", "net.constants"])
    let parameters = scale > 0 ? moved(start, scale: scale) : start
    let states = randomTensor([2, 3, 2], seed: 4)
    let tape = Tape()
    var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
    let σ = tape.constant(Self.covariances)
    let μ = try head(.init(states: tape.constant(states), covariances: σ), in: &pass)
    if scale == 0 { #expect(μ.tensor.elements.allSatisfy { $0 == 0 }) }
    _ = try TiltedRiskBudget()(
      covariances: σ, expectedReturns: μ, budgets: tape.constant(Self.budgets))
    for d in 0..<2 {
      for first in 0...10 {
        for second in 0...10 - first {
          let w = [Double(first) / 10, Double(second) / 10, Double(10 - first - second) / 10]
          var (variance, gain) = (0.0, 0.0)
          for i in 0..<3 {
            gain += w[i] * Double(μ.tensor.elements[d * 3 + i])
            for j in 0..<3 {
              variance += w[i] * w[j] * Double(Self.covariances.elements[(d * 3 + i) * 3 + j])
            }
          }
          #expect(gain <= 0.9 * variance.squareRoot() * (1 + 1e-5))
        }
      }
    }
    guard scale > 0, scale < 1 else { return }
    try expectParameterGradients(parameters) { tape, pass in
      try head(
        .init(states: tape.constant(states), covariances: tape.constant(Self.covariances)),
        in: &pass)
    }
    try expectGradients(of: [Self.covariances]) { inputs in
      var pass = Pass(tape: inputs[0].tape, parameters: parameters, mode: .evaluation)
      return try head(
        .init(
          states: inputs[0].tape.constant(states),
          covariances: (inputs[0] + inputs[0].transposed()).scaled(by: 0.5)), in: &pass)
    }
  }
}
