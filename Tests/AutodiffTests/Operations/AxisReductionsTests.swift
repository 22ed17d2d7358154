import Autodiff
import TestSupport
import Testing

private func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }

private func variance(_ x: [Double], ddof: Int) -> [Double] {
  let m = mean(x)
  return [x.reduce(0) { $0 + ($1 - m) * ($1 - m) } / Double(x.count - ddof)]
}

extension OperationCase {
  @CaseTable static var reductions: [OperationCase] {
    OperationCase("sum", [normal([2, 5], 28)], expected: { [$0[0].reduce(0, +)] }) { $0[0].sum() }
    OperationCase("mean", [normal([2, 5], 29)], expected: { [mean($0[0])] }) { $0[0].mean() }
    OperationCase(
      "dot", [normal([17], 30), normal([17], 31)],
      expected: { [zip($0[0], $0[1]).reduce(0) { $0 + $1.0 * $1.1 }] }
    ) { dot($0[0], $0[1]) }
    OperationCase("dot x·x (aliased)", [normal([9], 32)]) { dot($0[0], $0[0]) }
    OperationCase("sum of nothing", [empty([0, 3]), normal([2], 36)], expected: { $0[1] }) {
      $0[0].sum() + $0[1]
    }
    OperationCase(
      "sum of rows", [normal([3, 4], 1)],
      expected: { alongAxis(1, of: [3, 4], $0[0]) { [$0.reduce(0, +)] } }
    ) { $0[0].sum(axis: 1) }
    OperationCase(
      "sum of columns", [normal([3, 4], 2)],
      expected: { alongAxis(0, of: [3, 4], $0[0]) { [$0.reduce(0, +)] } }
    ) { $0[0].sum(axis: 0) }
    OperationCase(
      "sum of a middle axis", [normal([2, 3, 4], 3)],
      expected: { alongAxis(1, of: [2, 3, 4], $0[0]) { [$0.reduce(0, +)] } }
    ) { $0[0].sum(axis: -2) }
    OperationCase(
      "sum of an empty axis", [empty([2, 0])], expected: { _ in [0, 0] }
    ) { $0[0].sum(axis: 1) }
    OperationCase(
      "mean of a middle axis", [normal([2, 3, 4], 4)],
      expected: { alongAxis(1, of: [2, 3, 4], $0[0]) { [mean($0)] } }
    ) { $0[0].mean(axis: 1) }
    OperationCase(
      "deviations from kept means", [normal([3, 4], 5)],
      expected: { alongAxis(1, of: [3, 4], $0[0]) { x in x.map { $0 - mean(x) } } }
    ) { $0[0] - $0[0].mean(axis: 1, keepingAxis: true) }
    OperationCase(
      "variance of rows", [normal([3, 5], 6)],
      expected: { alongAxis(1, of: [3, 5], $0[0]) { variance($0, ddof: 0) } }
    ) { $0[0].variance(axis: 1) }
    OperationCase(
      "unbiased variance of columns", [normal([5, 2], 7)],
      expected: { alongAxis(0, of: [5, 2], $0[0]) { variance($0, ddof: 1) } }
    ) { $0[0].variance(axis: 0, ddof: 1, keepingAxis: true) }
    OperationCase(
      "variance of all", [normal([2, 3], 8)], expected: { variance($0[0], ddof: 1) }
    ) { $0[0].variance(ddof: 1) }
    OperationCase("variance of one element", [normal([1], 9)], expected: { _ in [0] }) {
      $0[0].variance()
    }
    OperationCase("moments of no lanes", [empty([0, 3])], expected: { _ in [] }) {
      $0[0].mean(axis: 1) + $0[0].variance(axis: 1)
    }
  }
}

@Suite struct AxisReductionsTests {
  @Test func keptAxesHaveExtentOne() {
    let tape = Tape()
    let x = tape.constant(normal([2, 3, 4], 1))
    #expect(x.sum(axis: 1).shape == [2, 4] && x.sum(axis: nil).shape == [])
    #expect(x.sum(axis: 1, keepingAxis: true).shape == [2, 1, 4])
    #expect(x.variance(keepingAxis: true).shape == [1, 1, 1])
    #expect(x.maximum(axis: -1).shape == [2, 3] && x.norm(axis: 0).shape == [3, 4])
  }

  /// The deviations are taken from the mean, so that 10⁶ in front of them does no harm.
  @Test func aLargeMeanCostsNoAccuracy() {
    let tape = Tape()
    let offset: Scalar = MemoryLayout<Scalar>.size == 8 ? 0x1p30 : 0x1p12
    let x = tape.constant(Tensor([offset + 1, offset + 2, offset + 3, offset + 4]))
    #expect(x.variance().item == 1.25)
    #expect((x.variance(ddof: 1).item - 5 / 3).magnitude <= 2 * Scalar.ulpOfOne)
  }

  @Test func tooFewElementsStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tape().constant(Tensor(repeating: 0, shape: [3, 1])).variance(axis: 1, ddof: 1)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("variance: 1 elements with ddof 1 of [3, 1]"))
    let axis = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tape().constant(Tensor(repeating: 0, shape: [3, 1])).sum(axis: 2)
    }
    let second = String(decoding: axis?.standardErrorContent ?? [], as: UTF8.self)
    #expect(second.contains("sum: axis 2 of shape [3, 1]"))
  }
}
