import Autodiff
import Foundation
import TestSupport
import Testing

private func shares(_ x: [Double]) -> [Double] {
  let total = x.reduce(0) { $0 + exp($1) }
  return x.map { exp($0) / total }
}

private func logarithm(_ x: [Double]) -> [Double] { [log(x.reduce(0) { $0 + exp($1) })] }

extension OperationCase {
  @CaseTable static var softmax: [OperationCase] {
    OperationCase(
      "softmax", [normal([3, 4], 1)], expected: { alongAxis(1, of: [3, 4], $0[0], shares) }
    ) { $0[0].softmax() }
    OperationCase("softmax of one element", [normal([2, 1], 2)], expected: { _ in [1, 1] }) {
      $0[0].softmax()
    }
    OperationCase(
      "logSoftmax", [normal([2, 2, 3], 3)],
      expected: { alongAxis(2, of: [2, 2, 3], $0[0]) { shares($0).map { log($0) } } }
    ) { $0[0].logSoftmax() }
    OperationCase("softmax times logits (aliased)", [normal([5], 4)]) { $0[0].softmax() * $0[0] }
    OperationCase(
      "logSumExp of rows", [normal([3, 4], 5)],
      expected: { alongAxis(1, of: [3, 4], $0[0], logarithm) }
    ) { $0[0].logSumExp(axis: 1) }
    OperationCase(
      "logSumExp of columns, kept", [normal([3, 4], 6)],
      expected: { alongAxis(0, of: [3, 4], $0[0], logarithm) }
    ) { $0[0].logSumExp(axis: 0, keepingAxis: true) }
    OperationCase("logSumExp of all", [normal([2, 3], 7)], expected: { logarithm($0[0]) }) {
      $0[0].logSumExp()
    }
    OperationCase("softmax of no rows", [empty([0, 3])], expected: { _ in [] }) {
      $0[0].softmax().logSoftmax()
    }
    OperationCase("softmax of empty rows", [empty([3, 0])], expected: { _ in [] }) {
      $0[0].softmax().logSoftmax()
    }
    OperationCase("logSumExp of no lanes", [empty([0, 3])], expected: { _ in [] }) {
      $0[0].logSumExp(axis: 1)
    }
  }
}

@Suite struct SoftmaxTests {
  @Test func largeLogitsDoNotOverflow() {
    let tape = Tape()
    let x = tape.constant(Tensor([1000, 1000, -1000, -1001], shape: [2, 2]))
    #expect(x.softmax().tensor.elements[0] == 0.5)
    #expect((x.logSumExp(axis: 1).tensor.elements[0] - (1000 + log(2))).magnitude <= 1e-4)
    let expected = Scalar(-log1p(exp(-1.0)))
    #expect((x.logSoftmax().tensor.elements[2] - expected).magnitude <= 4 * Scalar.ulpOfOne)
  }

  @Test func infiniteLogitsAreMasks() {
    let tape = Tape()
    let x = tape.variable(
      Tensor([0, -.infinity, 0, -.infinity, -.infinity, -.infinity], shape: [2, 3]))
    let first = x.slice(0..<1)
    #expect(first.softmax().tensor.elements == [0.5, 0, 0.5])
    #expect(first.logSoftmax().tensor.elements[1] == -.infinity)
    let sums = x.logSumExp(axis: 1)
    #expect(sums.tensor.elements[1] == -.infinity)
    tape.backward(from: sums, cotangent: Tensor([1, 1]))
    #expect(tape.gradient(of: x).elements == [0.5, 0, 0.5, 0, 0, 0])
  }

  @Test func theSumOfNothingHasLogarithmMinusInfinity() {
    #expect(Tape().constant(empty([0])).logSumExp().item == -.infinity)
  }
}
