import Autodiff
import TestSupport
import Testing

private func euclidean(_ x: [Double]) -> [Double] {
  [x.reduce(0) { $0 + $1 * $1 }.squareRoot()]
}

extension OperationCase {
  @CaseTable static var norms: [OperationCase] {
    OperationCase("norm of all", [normal([2, 3], 1)], expected: { euclidean($0[0]) }) {
      $0[0].norm()
    }
    OperationCase(
      "norms of rows", [normal([3, 4], 2)],
      expected: { alongAxis(1, of: [3, 4], $0[0], euclidean) }
    ) { $0[0].norm(axis: 1) }
    OperationCase(
      "sums of magnitudes of columns", [distinct([3, 4], 3)],
      expected: { alongAxis(0, of: [3, 4], $0[0]) { [$0.reduce(0) { $0 + abs($1) }] } }
    ) { $0[0].norm(.l1, axis: 0, keepingAxis: true) }
    OperationCase(
      "unit vectors (aliased)", [normal([3, 2], 4)],
      expected: { alongAxis(1, of: [3, 2], $0[0]) { x in x.map { $0 / euclidean(x)[0] } } }
    ) { $0[0] / $0[0].norm(axis: 1, keepingAxis: true) }
    OperationCase("norm of one element", [distinct([1], 5)], expected: { $0[0].map { abs($0) } }) {
      $0[0].norm(axis: 0, keepingAxis: true)
    }
    OperationCase("norms of nothing", [empty([2, 0])], expected: { _ in [0, 0] }) {
      $0[0].norm(axis: 1) + $0[0].norm(.l1, axis: 1)
    }
  }
}

@Suite struct NormsTests {
  @Test func theZeroVectorHasTheZeroSubgradient() {
    let tape = Tape()
    let x = tape.variable(Tensor([0, 0, 3, 4], shape: [2, 2]))
    tape.backward(from: x.norm(axis: 1) + 10 * x.norm(.l1, axis: 1), cotangent: Tensor([1, 1]))
    let gradient = tape.gradient(of: x).elements
    #expect(gradient[0] == 0 && gradient[1] == 0)
    #expect((gradient[2] - 10.6).magnitude <= 20 * Scalar.ulpOfOne)
    #expect((gradient[3] - 10.8).magnitude <= 20 * Scalar.ulpOfOne)
  }

  @Test func squaresNeitherOverflowNorVanish() {
    let tape = Tape()
    let (large, small) = (
      Scalar.greatestFiniteMagnitude / 16, Scalar.leastNormalMagnitude * 16
    )
    let y = tape.constant(Tensor([3 * large, 4 * large, 3 * small, 4 * small], shape: [2, 2]))
      .norm(axis: 1).tensor.elements
    #expect((y[0] / (5 * large) - 1).magnitude <= 4 * Scalar.ulpOfOne)
    #expect((y[1] / (5 * small) - 1).magnitude <= 4 * Scalar.ulpOfOne)
  }

  @Test func notANumberIsSeen() {
    let tape = Tape()
    #expect(tape.constant(Tensor([.nan, 0])).norm().item.isNaN)
    #expect(tape.constant(Tensor([1, .nan, 2])).norm().item.isNaN)
  }
}
