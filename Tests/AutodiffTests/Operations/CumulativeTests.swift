import Autodiff
import TestSupport
import Testing

private func sums(_ x: [Double]) -> [Double] {
  x.indices.map { x[...$0].reduce(0, +) }
}

private func peaks(_ x: [Double]) -> [Double] {
  x.indices.map { x[...$0].reduce(-.infinity, max) }
}

extension OperationCase {
  @CaseTable static var cumulative: [OperationCase] {
    OperationCase(
      "cumulative sum", [normal([3, 4], 1)],
      expected: { alongAxis(1, of: [3, 4], $0[0], sums) }
    ) { $0[0].cumulativeSum(axis: -1) }
    OperationCase(
      "cumulative sum of a middle axis", [normal([2, 3, 2], 2)],
      expected: { alongAxis(1, of: [2, 3, 2], $0[0], sums) }
    ) { $0[0].cumulativeSum(axis: 1) }
    OperationCase(
      "cumulative maximum", [distinct([3, 5], 3)],
      expected: { alongAxis(1, of: [3, 5], $0[0], peaks) }
    ) { $0[0].cumulativeMaximum(axis: 1) }
    OperationCase(
      "cumulative maximum of the first axis", [distinct([5, 2], 4)],
      expected: { alongAxis(0, of: [5, 2], $0[0], peaks) }
    ) { $0[0].cumulativeMaximum(axis: 0) }
    OperationCase("drawdown (aliased)", [distinct([6], 5)]) {
      $0[0].cumulativeMaximum(axis: 0) - $0[0]
    }
    OperationCase("one element", [normal([1], 6)], expected: { $0[0] + $0[0] }) {
      concatenate([$0[0].cumulativeSum(axis: 0), $0[0].cumulativeMaximum(axis: 0)])
    }
    OperationCase("empty axis", [empty([2, 0])], expected: { _ in [] }) {
      $0[0].cumulativeSum(axis: 1).cumulativeMaximum(axis: 1)
    }
    OperationCase("empty lanes", [empty([2, 3, 0])], expected: { _ in [] }) {
      $0[0].cumulativeSum(axis: 1).cumulativeMaximum(axis: 1)
    }
  }
}

@Suite struct CumulativeTests {
  /// Three positions attain the peak: each shares the cotangents from its own time on.
  @Test func tiedPeaksShareEvenly() {
    let tape = Tape()
    let x = tape.variable(Tensor([1, 2, 0, 2, 2, 5]))
    tape.backward(
      from: x.cumulativeMaximum(axis: 0), cotangent: Tensor([1, 10, 20, 60, 300, 7]))
    // 10 and 20 to position 1 alone, 60 halved with 3, 300 in thirds with 3 and 4.
    #expect(tape.gradient(of: x).elements == [1, 160, 0, 130, 100, 7])
  }

  @Test func notANumberStaysToTheEnd() {
    let tape = Tape()
    let x = tape.constant(Tensor([1, .nan, 5]))
    let y = x.cumulativeMaximum(axis: 0).tensor.elements
    #expect(y[0] == 1 && y[1].isNaN && y[2].isNaN)
  }
}
