import Autodiff
import Finance
import TestSupport
import Testing

@Suite struct PortfolioReturnsTests {
  private static let rows = 14
  private static let decisionRows = [0, 4, 8]
  private static let assetReturns: Matrix = {
    var generator = SplitMix64(seed: 3)
    return Matrix(rows: rows, columns: 3, elements: generator.normals(rows * 3).map { 0.1 * $0 })
  }()
  private static let cash = (0..<rows).map { 0.001 * Double($0 % 3) }

  private func block(_ tape: Tape) -> PortfolioReturns {
    PortfolioReturns(
      on: tape, assetReturns: Self.assetReturns, cashReturns: Self.cash,
      decisionRows: Self.decisionRows, lag: 1, costs: [0.01, 0.02, 0.005])
  }

  private static let weights = Tensor(
    [0.5, 0.3, 0.2, 0.2, 0.3, 0.5, 0.6, 0.1, 0.3], shape: [3, 3])

  @Test func valuesAreThoseOfThePath() throws {
    let tape = Tape()
    let block = block(tape)
    let outcome = try block(tape.constant(Self.weights))
    let path = try PortfolioPath.simulate(
      assetReturns: Self.assetReturns, cashReturns: Self.cash, decisionRows: Self.decisionRows,
      lag: 1,
      weights: Matrix(rows: 3, columns: 3, elements: Self.weights.elements.map { Double($0) }),
      costs: [0.01, 0.02, 0.005])
    #expect(outcome.returns.tensor.elements == path.returns.map { Scalar($0) })
    #expect(outcome.turnover.tensor.elements == path.turnover.map { Scalar($0) })
    #expect(outcome.drifted.tensor.elements == path.drifted.elements.map { Scalar($0) })
  }

  @Test func gradientsOfReturnsTurnoverAndDriftMatchDifferences() throws {
    try expectGradients(of: [Self.weights], "returns") {
      try block($0[0].tape)($0[0]).returns
    }
    try expectGradients(of: [Self.weights], "turnover") {
      try block($0[0].tape)($0[0]).turnover
    }
    try expectGradients(of: [Self.weights], "drifted") {
      try block($0[0].tape)($0[0]).drifted
    }
  }

  @Test func excessReturnsMatchDifferencesAndVanishForCash() throws {
    let periods = HoldingPeriods(tradeRows: [1, 5, 9], rowCount: Self.rows)
    let returns = Tensor(converting: (0..<Self.rows).map { Self.assetReturns[$0, 0] }, shape: [14])
    expectGradients(of: [returns]) {
      ExcessReturns(on: $0[0].tape, periods: periods, cashReturns: Self.cash)($0[0])
    }
    let tape = Tape()
    let excess = ExcessReturns(on: tape, periods: periods, cashReturns: Self.cash)
    let none = excess(tape.constant(Tensor(converting: Self.cash, shape: [14])))
    #expect(none.shape == [3])
    #expect(none.tensor.elements.allSatisfy { abs($0) < 1e-7 })
  }

  /// The data stay while the tape is rewound to a later mark.
  @Test func aBlockServesManySteps() throws {
    let tape = Tape()
    let block = block(tape)
    let mark = tape.mark
    var gradients: Set<Tensor> = []
    for _ in 0..<3 {
      let weights = tape.variable(Self.weights)
      tape.backward(from: try block(weights).returns.sum())
      gradients.insert(tape.gradient(of: weights))
      tape.rewind(to: mark)
    }
    #expect(gradients.count == 1)
  }
}
