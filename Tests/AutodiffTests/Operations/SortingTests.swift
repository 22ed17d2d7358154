import Autodiff
import TestSupport
import Testing

private func quantile(_ level: Double, _ x: [Double]) -> [Double] {
  let ordered = x.sorted()
  let h = Double(x.count - 1) * level
  let k = Int(h.rounded(.down))
  return [ordered[k] + (h - Double(k)) * (ordered[min(k + 1, x.count - 1)] - ordered[k])]
}

extension OperationCase {
  @CaseTable static var sorting: [OperationCase] {
    OperationCase(
      "sorted", [distinct([3, 11], 1)],
      expected: { alongAxis(1, of: [3, 11], $0[0]) { $0.sorted() } }
    ) { $0[0].sorted() }
    OperationCase(
      "sorted along the first axis", [distinct([5, 3], 2)],
      expected: { alongAxis(0, of: [5, 3], $0[0]) { $0.sorted() } }
    ) { $0[0].sorted(axis: 0) }
    OperationCase("sorted times itself (aliased)", [distinct([4], 3)]) {
      $0[0].sorted() * $0[0]
    }
    OperationCase("sorted element", [normal([1], 4)], expected: { $0[0] }) { $0[0].sorted() }
    OperationCase("sorted nothing", [empty([2, 0])], expected: { _ in [] }) { $0[0].sorted() }
    OperationCase(
      "quantile 0.3", [distinct([2, 6], 5)],
      expected: { alongAxis(1, of: [2, 6], $0[0]) { quantile(0.3, $0) } }
    ) { $0[0].quantile(0.3, axis: 1) }
    OperationCase(
      "median of all", [distinct([2, 4], 6)], expected: { quantile(0.5, $0[0]) }
    ) { $0[0].quantile(0.5) }
    OperationCase(
      "quantile of columns, kept", [distinct([4, 3], 7)],
      expected: { x in
        withRow(x[0], alongAxis(0, of: [4, 3], x[0]) { quantile(0.9, $0) }, -)
      }
    ) { $0[0] - $0[0].quantile(0.9, axis: 0, keepingAxis: true) }
    OperationCase(
      "extreme quantiles", [distinct([5], 8)],
      expected: { x in [x[0].min() ?? 0, x[0].max() ?? 0] }
    ) { stack([$0[0].quantile(0), $0[0].quantile(1)]) }
    OperationCase("quantile of one element", [normal([1], 9)], expected: { $0[0] }) {
      $0[0].quantile(0.7, axis: 0, keepingAxis: true)
    }
    OperationCase("quantile of no lanes", [empty([0, 3])], expected: { _ in [] }) {
      $0[0].quantile(0.5, axis: 1)
    }
  }
}

@Suite struct SortingTests {
  /// More than one insertion run, with many ties, of every length around the powers of two.
  @Test(arguments: [2, 7, 8, 9, 16, 17, 31, 64, 100, 257])
  func longLanesAreSortedStably(_ count: Int) {
    var generator = SplitMix64(seed: UInt64(count))
    let values = (0..<count).map { _ in Scalar(generator.next() % 10) }
    let tape = Tape()
    let x = tape.variable(Tensor(values))
    let y = x.sorted()
    #expect(y.tensor.elements == values.sorted())
    // The cotangent k of the k-th smallest tells where it came from.
    tape.backward(from: y, cotangent: Tensor((0..<count).map { Scalar($0) }))
    let order = (0..<count).sorted { (values[$0], $0) < (values[$1], $1) }
    let ranks = tape.gradient(of: x).elements
    for (rank, position) in order.enumerated() { #expect(ranks[position] == Scalar(rank)) }
  }

  @Test func notANumberComesLast() {
    let tape = Tape()
    let y = tape.constant(Tensor([.nan, 2, -.infinity, .nan, 1])).sorted().tensor.elements
    #expect(Array(y[..<3]) == [-.infinity, 1, 2] && y[3].isNaN && y[4].isNaN)
  }

  /// `numpy.quantile([15, 20, 35, 40, 50], 0.4)` is 29.
  @Test func quantileFollowsDefinitionSeven() {
    let tape = Tape()
    let y = tape.constant(Tensor([50, 15, 40, 20, 35])).quantile(0.4).item
    #expect((y - 29).magnitude <= 100 * Scalar.ulpOfOne)
  }
}
