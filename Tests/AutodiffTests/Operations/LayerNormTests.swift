import Autodiff
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var layerNorm: [OperationCase] {
    OperationCase(
      "layerNorm", [normal([3, 5], 1), normal([5], 2), normal([5], 3)],
      expected: { x in
        let rows = alongAxis(1, of: [3, 5], x[0]) { row in
          let mean = row.reduce(0, +) / 5
          let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 5
          return row.map { ($0 - mean) / (variance + 0.01).squareRoot() }
        }
        return withRow(withRow(rows, x[1], *), x[2], +)
      }
    ) { Autodiff.layerNorm($0[0], gain: $0[1], bias: $0[2], epsilon: 0.01) }
    OperationCase(
      "layerNorm of three axes", [normal([2, 2, 4], 4), normal([4], 5), normal([4], 6)]
    ) {
      Autodiff.layerNorm($0[0], gain: $0[1], bias: $0[2])
    }
    OperationCase("layerNorm (aliased)", [normal([4], 7)]) {
      Autodiff.layerNorm($0[0], gain: $0[0], bias: $0[0])
    }
    OperationCase(
      "layerNorm of one element", [normal([2, 1], 8), normal([1], 9), normal([1], 10)],
      expected: { [$0[2][0], $0[2][0]] }
    ) { Autodiff.layerNorm($0[0], gain: $0[1], bias: $0[2]) }
    OperationCase(
      "layerNorm of no rows", [empty([0, 3]), normal([3], 11), normal([3], 12)],
      expected: { _ in [] }
    ) { Autodiff.layerNorm($0[0], gain: $0[1], bias: $0[2]) }
  }
}

@Suite struct LayerNormTests {
  /// The composed version, from the tape's small operations.
  private func composed(_ x: Variable, _ gain: Variable, _ bias: Variable) -> Variable {
    let centred = x - x.mean(axis: -1, keepingAxis: true)
    let deviation = (x.variance(axis: -1, keepingAxis: true) + 1e-5).sqrt()
    return centred / deviation * gain + bias
  }

  @Test("Value and gradients equal the composed version", arguments: [1, 2, 7, 40])
  func equalsTheComposedVersion(_ width: Int) {
    let inputs = [normal([6, width], 1), normal([width], 2), normal([width], 3)]
    expectEqual(inputs, { layerNorm($0[0], gain: $0[1], bias: $0[2]) }) {
      composed($0[0], $0[1], $0[2])
    }
  }
}
