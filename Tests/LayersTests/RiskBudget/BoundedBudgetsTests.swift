import Autodiff
import Finance
import Layers
import TestSupport
import Testing

@Suite struct BoundedBudgetsTests {
  private func head(_ scores: Variable, floor: Double = 0.2, cap: Double = 2) throws -> Variable {
    let bounds = try BudgetBounds(count: scores.shape[1], floor: floor, cap: cap)
    var pass = Pass(tape: scores.tape, parameters: Parameters(), mode: .evaluation)
    return try BoundedBudgets(bounds: bounds)(scores, in: &pass)
  }

  @Test func equalScoresGiveEqualBudgetsAndAllStayInBounds() throws {
    let tape = Tape()
    let scores = tape.constant(Tensor([0, 0, 0, 0, 9, -9, 1, 0], shape: [2, 4]))
    let budgets = try head(scores).tensor.elements
    #expect(budgets[..<4].allSatisfy { $0 == budgets[0] && abs($0 - 0.25) < 1e-7 })
    #expect(budgets.allSatisfy { $0 >= 0.05 - 1e-6 && $0 <= 0.5 + 1e-6 })
    #expect(abs(budgets[4...].reduce(0, +) - 1) < 1e-6)
  }

  @Test func gradientsMatchDifferences() throws {
    try expectGradients(of: [randomTensor([3, 5], seed: 2)]) { try head($0[0]) }
  }

  @Test func aScoreThatIsNotFiniteNamesItsDate() {
    let tape = Tape()
    let scores = tape.constant(Tensor([0, 0, .nan, 0], shape: [2, 2]))
    let error = #expect(throws: DatedError.self) { try head(scores) }
    #expect(error?.date == 1)
  }
}
