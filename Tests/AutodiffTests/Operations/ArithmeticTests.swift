import Autodiff
import TestSupport
import Testing

extension OperationCase {
  static let arithmetic: [OperationCase] =
    broadcasting + pairwiseExtremes + scalars

  @CaseTable private static var broadcasting: [OperationCase] {
    OperationCase("x + x (aliased)", [normal([3], 7)]) { $0[0] + $0[0] }
    OperationCase("x * x (aliased)", [normal([3], 7)]) { $0[0] * $0[0] }
    OperationCase("x / x (aliased)", [positive([3], 7)]) { $0[0] / $0[0] }
    OperationCase("used three times", [normal([3], 37)]) { $0[0].exp() * $0[0].tanh() + $0[0] }
    OperationCase(
      "difference", [normal([2, 3], 8), normal([2, 3], 9)], expected: { zip($0[0], $0[1]).map(-) }
    ) { $0[0] - $0[1] }
    OperationCase(
      "row broadcast", [normal([4, 3], 10), normal([3], 11)],
      expected: { withRow($0[0], $0[1], +) }
    ) { $0[0] + $0[1] }
    OperationCase(
      "column broadcast", [normal([4, 3], 12), normal([4, 1], 13)],
      expected: { x in x[0].indices.map { x[0][$0] * x[1][$0 / 3] } }
    ) { $0[0] * $0[1] }
    OperationCase(
      "both sides broadcast", [normal([4, 1, 3], 14), positive([2, 1], 15)],
      expected: { x in
        (0..<24).map { (k: Int) -> Double in
          let left = k / 6 * 3 + k % 3
          return x[0][left] / x[1][k / 3 % 2]
        }
      }
    ) { $0[0] / $0[1] }
    OperationCase(
      "scalar on the left", [Tensor(1.5), normal([2, 2], 16)],
      expected: { x in x[1].map { x[0][0] - $0 } }
    ) { $0[0] - $0[1] }
    OperationCase("one element", [normal([1, 1], 17), normal([1], 18)]) { $0[0] * $0[1] }
    OperationCase("middle axis broadcast", [normal([2, 3, 2], 19), normal([2, 1, 2], 20)]) {
      $0[0] * $0[1]
    }
    OperationCase("empty broadcast", [empty([0, 3]), normal([3], 21)], expected: { _ in [] }) {
      $0[0] * $0[1]
    }
  }

  @CaseTable private static var pairwiseExtremes: [OperationCase] {
    OperationCase(
      "maximum with a row", [distinct([3, 4], 1), normal([4], 2, scale: 0.02)],
      expected: { withRow($0[0], $0[1], max) }
    ) { maximum($0[0], $0[1]) }
    OperationCase(
      "minimum with a column", [distinct([3, 2], 3), normal([3, 1], 4, scale: 0.02)],
      expected: { x in x[0].indices.map { min(x[0][$0], x[1][$0 / 2]) } }
    ) { minimum($0[0], $0[1]) }
    OperationCase("maximum (aliased)", [normal([3], 5)], expected: { $0[0] }) {
      maximum($0[0], $0[0])
    }
    OperationCase("minimum (aliased)", [normal([3], 5)], expected: { $0[0] }) {
      minimum($0[0], $0[0])
    }
  }

  @CaseTable private static var scalars: [OperationCase] {
    OperationCase("x + 2", [normal([2, 3], 1)], expected: { $0[0].map { $0 + 2 } }) { $0[0] + 2 }
    OperationCase("2 + x", [normal([2, 3], 1)], expected: { $0[0].map { $0 + 2 } }) { 2 + $0[0] }
    OperationCase("x - 2", [normal([1], 2)], expected: { $0[0].map { $0 - 2 } }) { $0[0] - 2 }
    OperationCase("2 - x", [normal([4], 3)], expected: { $0[0].map { 2 - $0 } }) { 2 - $0[0] }
    OperationCase("x * 3", [normal([4], 4)], expected: { $0[0].map { 3 * $0 } }) { $0[0] * 3 }
    OperationCase("3 * x", [normal([4], 4)], expected: { $0[0].map { 3 * $0 } }) { 3 * $0[0] }
    OperationCase("x / 3", [normal([4], 5)], expected: { $0[0].map { $0 / 3 } }) { $0[0] / 3 }
    OperationCase("3 / x", [positive([4], 6)], expected: { $0[0].map { 3 / $0 } }) { 3 / $0[0] }
    OperationCase("scalars and nothing", [empty([2, 0])], expected: { _ in [] }) {
      1 - (2 + $0[0] * 2) / 3
    }
  }
}

@Suite struct ArithmeticTests {
  @Test func tiesOfTwoOperandsSplitEvenly() {
    let tape = Tape()
    let x = tape.variable(Tensor([1, 2, 3]))
    let y = tape.variable(Tensor([2]))
    let sum = maximum(x, y) + minimum(x, y) * 10
    tape.backward(from: sum, cotangent: Tensor([1, 1, 1]))
    #expect(tape.gradient(of: x).elements == [10, 5.5, 1])
    #expect(tape.gradient(of: y).elements == [16.5])
  }

  @Test func notANumberIsNeverTheSmallerOrTheLarger() {
    let tape = Tape()
    let (x, y) = (tape.constant(Tensor([.nan, 1])), tape.constant(Tensor([1, .nan])))
    #expect(maximum(x, y).tensor.elements.allSatisfy { $0.isNaN })
    #expect(minimum(x, y).tensor.elements.allSatisfy { $0.isNaN })
  }
}
