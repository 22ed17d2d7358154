import Autodiff
import Finance
import Layers
import TestSupport
import Testing

@Suite struct DualLayerBudgetsTests {
  private static let model = DualLayer(
    classes: [.equities, .bonds, .commodities],
    cycle: LeadingIndicator([.init("X")]), gauge: VolatilityGauge(.indicator("Y")))

  private func layer(_ model: DualLayer, every: Int = 5) -> (DualLayerBudgets, Parameters) {
    let built = build { DualLayerBudgets(model, every: every, in: &$0) }
    return (built.layer, built.parameters)
  }

  @Test func followedPathsMatchDifferences() {
    for steps in [1, 2, 7] {
      let path = randomTensor([steps, 3], seed: 1)
      let rates = randomTensor([steps], seed: 2, scale: 0.2, shift: 0.4)
      expectGradients(of: [path, rates]) { $0[0].followed(rates: $0[1]) }
    }
  }

  @Test func followingAtFullRateIsThePath() {
    let tape = Tape()
    let path = tape.constant(randomTensor([6, 2], seed: 3))
    let ones = tape.constant(Tensor(repeating: 1, shape: [6]))
    let followed = path.followed(rates: ones).tensor.elements
    #expect(zip(followed, path.tensor.elements).allSatisfy { abs($0 - $1) < 1e-6 })
    let zeros = tape.constant(Tensor(repeating: 0, shape: [6]))
    let held = path.followed(rates: zeros).tensor.elements
    #expect((0..<6).allSatisfy { held[2 * $0] == held[0] && held[2 * $0 + 1] == held[1] })
  }

  /// Far from every threshold a cell alone decides, and its budgets are the table's.
  @Test func anUntrainedLayerHasTheModelsTable() {
    var model = Self.model
    model.tactics.value = 0
    model.tactics.momentum = 0
    model.tactics.sharpe = 0
    let (layer, parameters) = layer(model)
    #expect(
      parameters.entries.map(\.name) == [
        "net.table", "net.cycle", "net.volatility", "net.tactics", "net.smoothing",
      ])
    for phase in EconomicPhase.allCases {
      for (state, rank) in zip(VolatilityState.allCases, [-2, 0.5, 3.0]) {
        let level: Double = phase == .expansion || phase == .deceleration ? 9 : -9
        let change: Double = phase == .recovery || phase == .expansion ? 9 : -9
        let tape = Tape()
        var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
        let budgets = layer(
          market: tape.constant(Tensor(converting: [level, change, rank, 1], shape: [1, 4])),
          scores: tape.constant(randomTensor([1, 9], seed: 1)), in: &pass
        ).tensor.elements.map { Double($0) }
        let expected = model.table.budgets(MarketState(phase, state), of: model.classes)
        // A medium state lies three widths from both thresholds: the neighbours keep a few percent.
        let tolerance = state == .medium ? 0.03 : 1e-5
        #expect(zip(budgets, expected).allSatisfy { abs($0 - $1) < tolerance }, "\(phase) \(state)")
      }
    }
  }

  /// Rates per decision are those of as many rows.
  @Test func smoothingCountsRows() {
    let (layer, parameters) = layer(Self.model, every: 5)
    let tape = Tape()
    var pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
    let calm: [Double] = [9, 9, -2, 0, -9, -9, 3, 0]
    let budgets = layer(
      market: tape.constant(Tensor(converting: calm, shape: [2, 4])),
      scores: tape.constant(Tensor(repeating: 0, shape: [2, 9])), in: &pass
    ).tensor.elements.map { Double($0) }
    let before = Self.model.table.budgets(MarketState(.expansion, .low), of: Self.model.classes)
    let after = Self.model.table.budgets(MarketState(.recession, .high), of: Self.model.classes)
    var expected = before
    for _ in 0..<5 { expected = zip(expected, after).map { $0 + 0.15 * ($1 - $0) } }
    for i in 0..<3 { #expect(abs(budgets[3 + i] - expected[i]) < 1e-4) }
  }

  @Test func allParametersAreDifferentiated() {
    let (layer, parameters) = layer(Self.model)
    let market = randomTensor([6, 4], seed: 5, scale: 0.3)
    let scores = randomTensor([6, 9], seed: 6)
    expectParameterGradients(moved(parameters, scale: 0.1)) { tape, pass in
      layer(market: tape.constant(market), scores: tape.constant(scores), in: &pass)
    }
  }

  @Test func budgetsSumToOneAndArePositive() {
    let (layer, parameters) = layer(Self.model)
    let tape = Tape()
    var pass = Pass(
      tape: tape, parameters: moved(parameters, scale: 0.5), mode: .evaluation)
    let budgets = layer(
      market: tape.constant(randomTensor([20, 4], seed: 7)),
      scores: tape.constant(randomTensor([20, 9], seed: 8)), in: &pass
    ).tensor.elements.map { Double($0) }
    for t in 0..<20 {
      let row = budgets[t * 3..<(t + 1) * 3]
      #expect(row.allSatisfy { $0 > 0 } && abs(row.reduce(0, +) - 1) < 1e-5)
    }
  }
}
