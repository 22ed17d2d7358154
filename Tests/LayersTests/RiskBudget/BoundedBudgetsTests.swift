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

  private static let availability = Availability(
    flags: [
      true, true, false, true, false, true, true, true, true, true, false, true, true, false, false,
    ], assets: 5)

  private func head(_ scores: Variable, among availability: Availability?) throws -> Variable {
    let bounds = try BudgetBounds(count: scores.shape[1], floor: 0.2, cap: 1.8)
    var pass = Pass(tape: scores.tape, parameters: Parameters(), mode: .evaluation)
    return try BoundedBudgets(bounds: bounds)(scores, among: availability, in: &pass)
  }

  /// Assets outside the universe have exactly nothing, whatever their scores; the others what they have
  /// without them, to the bit.
  @Test func budgetsAreThoseOfTheAssetsInTheUniverse() throws {
    var scores = randomTensor([3, 5], seed: 4)
    scores.elements[2] = .nan
    let tape = Tape()
    let budgets = try head(tape.constant(scores), among: Self.availability).tensor.elements
    for d in 0..<3 {
      let members = Self.availability.members(at: d)
      let own = Tensor(members.map { scores.elements[d * 5 + $0] }, shape: [1, members.count])
      let expected = try head(tape.constant(own), among: nil).tensor.elements
      #expect(members.map { budgets[d * 5 + $0] } == expected)
      for i in 0..<5 where !members.contains(i) { #expect(budgets[d * 5 + i] == 0) }
    }
    let all = Availability(flags: [Bool](repeating: true, count: 15), assets: 5)
    let plain = randomTensor([3, 5], seed: 4)
    #expect(
      try head(tape.constant(plain), among: all).tensor
        == head(tape.constant(plain), among: nil).tensor)
  }

  /// Through head and solver together: exact where there is a gradient, exactly 0 where there is none, and
  /// never NaN, though the covariances of the others are not even numbers.
  @Test func gradientsThroughTheSolverAreThoseOfTheAssetsInTheUniverse() throws {
    let covariances = (0..<3).flatMap { d -> [Double] in
      let members = Set(Self.availability.members(at: d))
      return (0..<25).map { index in
        let (i, j) = (index / 5, index % 5)
        guard members.contains(i), members.contains(j) else { return d == 0 ? .nan : 0 }
        let scale = 0.01 * Double(i + 1) * Double(j + 1)
        return scale * (i == j ? 1 : 0.3 + 0.02 * Double(i + j))
      }
    }
    func weights(_ scores: Variable) throws -> Variable {
      let constant = scores.tape.constant(Tensor(converting: covariances, shape: [3, 5, 5]))
      return try RiskBudget()(
        covariances: constant, budgets: try head(scores, among: Self.availability))
    }
    let scores = randomTensor([3, 5], seed: 2)
    try expectGradients(of: [scores]) { try weights($0[0]) }
    let tape = Tape()
    let input = tape.variable(scores)
    let decided = try weights(input)
    tape.backward(from: decided, cotangent: randomTensor([3, 5], seed: 3))
    let gradient = tape.gradient(of: input).elements
    // A faulty score is counted among all assets.
    let last = Self.availability.flags.lastIndex(of: true) ?? 0
    let faulty = Tensor(
      scores.elements.enumerated().map { $0.offset == last ? .infinity : $0.element },
      shape: scores.shape)
    let error = #expect(throws: DatedError.self) { _ = try weights(tape.variable(faulty)) }
    #expect(
      error?.underlying as? BudgetHeadError == .invalidScore(asset: last % 5, value: .infinity))
    for (k, isAvailable) in Self.availability.flags.enumerated() {
      #expect((decided.tensor.elements[k] > 0) == isAvailable)
      #expect((gradient[k] != 0) == isAvailable && gradient[k].isFinite)
    }
  }
}
