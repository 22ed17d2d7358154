import Autodiff
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var extremes: [OperationCase] {
    OperationCase(
      "maximum of rows", [distinct([3, 4], 1)],
      expected: { alongAxis(1, of: [3, 4], $0[0]) { [$0.max() ?? 0] } }
    ) { $0[0].maximum(axis: 1) }
    OperationCase(
      "minimum of columns, kept", [distinct([3, 4], 2)],
      expected: { alongAxis(0, of: [3, 4], $0[0]) { [$0.min() ?? 0] } }
    ) { $0[0].minimum(axis: 0, keepingAxis: true) }
    OperationCase(
      "range of all (aliased)", [distinct([2, 3], 3)],
      expected: { [($0[0].max() ?? 0) - ($0[0].min() ?? 0)] }
    ) { $0[0].maximum() - $0[0].minimum() }
    OperationCase("maximum of one element", [normal([1, 1], 4)], expected: { $0[0] }) {
      $0[0].maximum()
    }
    OperationCase("maximum of no lanes", [empty([0, 3])], expected: { _ in [] }) {
      $0[0].maximum(axis: 1)
    }
  }
}

@Suite struct ExtremesTests {
  @Test func tiesSplitEvenly() {
    let tape = Tape()
    let x = tape.variable(Tensor([3, 1, 3, 3, 1, 2], shape: [2, 3]))
    tape.backward(from: x.maximum(axis: 1) + 10 * x.minimum(), cotangent: Tensor([1, 1]))
    #expect(tape.gradient(of: x).elements == [0.5, 10, 0.5, 1, 10, 0])
  }

  @Test func notANumberWins() {
    let tape = Tape()
    let x = tape.constant(Tensor([1, .nan, 3, .nan, 2, 0], shape: [2, 3]))
    #expect(x.maximum(axis: 1).tensor.elements.allSatisfy { $0.isNaN })
    #expect(x.minimum(axis: 1).tensor.elements.allSatisfy { $0.isNaN })
  }
}
