import Autodiff
import TestSupport
import Testing

/// `max(scale·x − τ, 0)^power` with τ by bisection: the definition without sorting.
private func onSimplex(_ x: [Double], scale: Double, power: Int) -> [Double] {
  func value(_ τ: Double) -> [Double] {
    x.map { z in (0..<power).reduce(1) { p, _ in p * max(scale * z - τ, 0) } }
  }
  let largest = scale * (x.max() ?? 0)
  var (low, high) = (largest - 1, largest)
  for _ in 0..<200 {
    let middle = 0.5 * (low + high)
    if value(middle).reduce(0, +) > 1 { low = middle } else { high = middle }
  }
  return value(0.5 * (low + high))
}

extension OperationCase {
  /// Rows with one, two and three elements in the support, far from its change.
  private static let logits = Tensor(
    [1.2, 0.8, -0.6, 0.1, 3.6, 0.4, -1, 0.9, 0.3, 0.2, -2, 0.15], shape: [3, 4])

  @CaseTable static var entmax: [OperationCase] {
    OperationCase(
      "sparsemax", [logits],
      expected: { alongAxis(1, of: [3, 4], $0[0]) { onSimplex($0, scale: 1, power: 1) } }
    ) { $0[0].sparsemax() }
    OperationCase(
      "entmax15", [logits],
      expected: { alongAxis(1, of: [3, 4], $0[0]) { onSimplex($0, scale: 0.5, power: 2) } }
    ) { $0[0].entmax15() }
    OperationCase(
      "entmax15 of many", [normal([2, 30], 5)],
      expected: { alongAxis(1, of: [2, 30], $0[0]) { onSimplex($0, scale: 0.5, power: 2) } }
    ) { $0[0].entmax15() }
    OperationCase("entmax15 times logits (aliased)", [logits]) { $0[0].entmax15() * $0[0] }
    OperationCase("one element", [normal([2, 1], 6)], expected: { _ in [2, 2] }) {
      $0[0].sparsemax() + $0[0].entmax15()
    }
    OperationCase("no rows", [empty([0, 3])], expected: { _ in [] }) {
      $0[0].sparsemax().entmax15()
    }
    OperationCase("empty rows", [empty([2, 0])], expected: { _ in [] }) {
      $0[0].sparsemax().entmax15()
    }
  }
}

@Suite struct EntmaxTests {
  @Test func resultsLieOnTheSimplexWithExactZeros() {
    let tape = Tape()
    let x = tape.constant(normal([40, 25], 1, scale: 2))
    for y in [x.sparsemax().tensor.elements, x.entmax15().tensor.elements] {
      #expect(y.allSatisfy { $0 >= 0 })
      #expect(y.count { $0 == 0 } > 500)
      let tolerance = 40 * Double(Scalar.ulpOfOne)
      for row in pieces(y.map { Double($0) }, 25) {
        let total: Double = row.reduce(0, +)
        #expect(abs(total - 1) <= tolerance)
      }
    }
  }

  @Test func addingAConstantChangesNothing() {
    let tape = Tape()
    let x = tape.constant(Tensor([0.5, 0.25, -1]))
    #expect(x.sparsemax().tensor == (x + 64).sparsemax().tensor)
    #expect(x.entmax15().tensor == (x + 64).entmax15().tensor)
  }

  /// Sparsemax projects: a point of the simplex stays, equal logits share evenly.
  @Test func pointsOfTheSimplexStay() {
    let tape = Tape()
    #expect(
      tape.constant(Tensor([0.5, 0.25, 0.25])).sparsemax().tensor.elements == [0.5, 0.25, 0.25])
    let equal = tape.constant(Tensor([3, 3, 3, 3]))
    #expect(equal.sparsemax().tensor.elements == [0.25, 0.25, 0.25, 0.25])
    #expect(equal.entmax15().tensor.elements == [0.25, 0.25, 0.25, 0.25])
  }

  @Test func masksAndNotANumber() {
    let tape = Tape()
    let masked = tape.constant(Tensor([1, -.infinity, 1]))
    #expect(masked.sparsemax().tensor.elements == [0.5, 0, 0.5])
    #expect(masked.entmax15().tensor.elements[1] == 0)
    let lost = tape.constant(Tensor([1, .nan, 1]))
    #expect(lost.sparsemax().tensor.elements.contains { $0.isNaN })
    #expect(lost.entmax15().tensor.elements.contains { $0.isNaN })
  }
}
