import Autodiff
import Foundation
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var powers: [OperationCase] {
    OperationCase("power 2.5", [positive([2, 3], 1)], expected: { $0[0].map { pow($0, 2.5) } }) {
      $0[0].raised(to: 2.5)
    }
    OperationCase(
      "power 3 of both signs", [normal([4], 2)], expected: { $0[0].map { $0 * $0 * $0 } }
    ) {
      $0[0].raised(to: 3)
    }
    OperationCase("power −1", [positive([1], 3)], expected: { $0[0].map { 1 / $0 } }) {
      $0[0].raised(to: -1)
    }
    OperationCase("power 0", [normal([3], 4)], expected: { $0[0].map { _ in 1 } }) {
      $0[0].raised(to: 0)
    }
    OperationCase(
      "variable power", [positive([3, 2], 5), normal([2], 6)],
      expected: { withRow($0[0], $0[1]) { pow($0, $1) } }
    ) { $0[0].raised(to: $0[1]) }
    OperationCase(
      "x to the x (aliased)", [positive([4], 7)], expected: { $0[0].map { pow($0, $0) } }
    ) {
      $0[0].raised(to: $0[0])
    }
    OperationCase("sqrt", [positive([2, 2], 8)], expected: { $0[0].map { $0.squareRoot() } }) {
      $0[0].sqrt()
    }
    OperationCase("expm1", [normal([5], 9)], expected: { $0[0].map { expm1($0) } }) {
      $0[0].expm1()
    }
    OperationCase("log1p", [positive([5], 10)], expected: { $0[0].map { log1p($0) } }) {
      $0[0].log1p()
    }
    OperationCase("powers of nothing", [empty([0, 2])], expected: { _ in [] }) {
      $0[0].raised(to: 2).raised(to: $0[0]).sqrt().expm1().log1p()
    }
  }
}

@Suite struct PowersTests {
  @Test func smallArgumentsKeepTheirDigits() {
    let tape = Tape()
    let x = tape.constant(Tensor([1e-9, -1e-9]))
    for value in [x.expm1().tensor.elements, x.log1p().tensor.elements] {
      #expect(abs(value[0] - 1e-9) <= 1e-17 && abs(value[1] + 1e-9) <= 1e-17)
    }
  }

  @Test func derivativesAtZeroAreTheLimits() {
    let tape = Tape()
    let (x, y) = (tape.variable(Tensor([0, 0, 0])), tape.variable(Tensor([0, 1, 2])))
    tape.backward(from: x.raised(to: y), cotangent: Tensor([1, 1, 1]))
    #expect(tape.gradient(of: x).elements == [0, 1, 0])
    #expect(tape.gradient(of: y).elements[1] == 0 && tape.gradient(of: y).elements[2] == 0)
    let other = Tape()
    let z = other.variable(Tensor([0]))
    other.backward(from: z.raised(to: 0) + z.raised(to: 1) + z.raised(to: 2))
    #expect(other.gradient(of: z).elements == [1])
  }
}
