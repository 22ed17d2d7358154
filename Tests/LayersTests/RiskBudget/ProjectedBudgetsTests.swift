import Autodiff
import Finance
import Layers
import TestSupport
import Testing

@Suite struct ProjectedBudgetsTests {
  private static let constraints = WeightConstraints(
    count: 5, lower: [0.05, 0.05, 0.05, 0.05, 0.05], upper: [0.4, 0.4, 0.4, 0.4, 0.4],
    groups: [.init(name: "last", members: [3, 4], maximum: 0.3)])

  @Test func gradientsMatchDifferences() throws {
    let budgets = Tensor(
      converting: [0.6, 0.1, 0.12, 0.07, 0.06, 0.1, 0.2, 0.2, 0.3, 0.2, 0.3, 0.3, 0.01, 0.09, 0.3],
      shape: [3, 5])
    try expectGradients(of: [budgets]) { x in
      var pass = Pass(tape: x[0].tape, parameters: Parameters(), mode: .evaluation)
      return try ProjectedBudgets(constraints: Self.constraints)(x[0], in: &pass)
    }
  }

  @Test func boundsHoldOnEveryDate() throws {
    let tape = Tape()
    var pass = Pass(tape: tape, parameters: Parameters(), mode: .evaluation)
    let budgets = tape.constant(randomTensor([20, 5], seed: 3, scale: 0.5, shift: 0.2))
    let projected = try ProjectedBudgets(constraints: Self.constraints)(budgets, in: &pass).tensor
    let rounding = 8 * Double(Scalar.ulpOfOne)
    for d in 0..<20 {
      let row = projected.elements[5 * d..<5 * d + 5].map { Double($0) }
      #expect(row.allSatisfy { $0 >= 0.05 - rounding && $0 <= 0.4 + rounding })
      #expect(row[3] + row[4] <= 0.3 + rounding)
      #expect((row.reduce(0, +) - 1).magnitude < rounding)
    }
  }

  @Test func aDateWithoutBudgetsIsNamed() {
    let tape = Tape()
    let budgets = tape.constant(
      Tensor([0.2, 0.2, 0.2, 0.2, 0.2, .nan, 0, 0, 0, 0], shape: [2, 5]))
    let error = #expect(throws: DatedError.self) {
      var pass = Pass(tape: tape, parameters: Parameters(), mode: .evaluation)
      _ = try ProjectedBudgets(constraints: Self.constraints)(budgets, in: &pass)
    }
    #expect(error?.date == 1)
  }
}
