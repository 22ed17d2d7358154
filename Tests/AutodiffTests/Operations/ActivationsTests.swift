import Autodiff
import Foundation
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var activations: [OperationCase] {
    OperationCase("relu", [distinct([2, 3], 1)], expected: { $0[0].map { max($0, 0) } }) {
      $0[0].relu()
    }
    OperationCase(
      "elu", [distinct([3, 5], 2)], expected: { $0[0].map { $0 > 0 ? $0 : expm1($0) } }
    ) { $0[0].elu() }
    OperationCase(
      "softplus", [normal([3, 5], 3, scale: 3)], expected: { $0[0].map { log1p(exp($0)) } }
    ) { $0[0].softplus() }
    OperationCase("softplus of one element", [normal([], 4)]) { $0[0].softplus() }
    OperationCase("activations of nothing", [empty([0])], expected: { _ in [] }) {
      $0[0].relu().elu().softplus()
    }
  }
}

@Suite struct ActivationsTests {
  @Test func farFromZeroAndNearItNothingIsLost() {
    let tape = Tape()
    let points: [Scalar] = [-80, -30, -1e-3, -1e-7, 0, 1e-7, 30, 1000]
    let x = tape.constant(Tensor(points))
    let (softplus, elu) = (x.softplus().tensor.elements, x.elu().tensor.elements)
    for (k, point) in points.enumerated() {
      let x = Double(point)
      let (s, e) = (x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)), x > 0 ? x : expm1(x))
      let accuracy = 8 * Double(Scalar.ulpOfOne)
      #expect(abs(Double(softplus[k]) - s) <= accuracy * abs(s))
      #expect(abs(Double(elu[k]) - e) <= accuracy * abs(e))
    }
  }

  @Test func slopesAtZeroAreAsStated() {
    let tape = Tape()
    let x = tape.variable(Tensor([0]))
    tape.backward(from: x.relu() + 10 * x.elu() + 100 * x.softplus())
    #expect(tape.gradient(of: x).elements == [60])
  }
}
