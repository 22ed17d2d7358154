import Autodiff
import Foundation
import TestSupport
import Testing

/// The textbook factorisation of the symmetric part.
func plainCholesky(_ a: ArraySlice<Double>, _ n: Int) -> [Double] {
  let a = Array(a)
  var l = [Double](repeating: 0, count: n * n)
  for i in 0..<n {
    for j in 0...i {
      var sum = (a[i * n + j] + a[j * n + i]) / 2
      for k in 0..<j { sum -= l[i * n + k] * l[j * n + k] }
      l[i * n + j] = i == j ? sum.squareRoot() : sum / l[j * n + j]
    }
  }
  return l
}

extension OperationCase {
  @CaseTable static var factorization: [OperationCase] {
    OperationCase(
      "choleskyFactor", [dominant([3, 3], 1)], expected: { plainCholesky($0[0][...], 3) }
    ) { try choleskyFactor($0[0]) }
    OperationCase(
      "choleskyFactor of a batch", [dominant([2, 2, 4, 4], 2)],
      expected: { pieces($0[0], 16).flatMap { plainCholesky($0, 4) } }
    ) { try choleskyFactor($0[0]) }
    OperationCase(
      "choleskyFactor of a larger matrix", [dominant([9, 9], 3)],
      expected: { plainCholesky($0[0][...], 9) }
    ) { try choleskyFactor($0[0]) }
    OperationCase(
      "choleskyFactor of one element", [positive([2, 1, 1], 4)],
      expected: { $0[0].map { $0.squareRoot() } }
    ) { try choleskyFactor($0[0]) }
    OperationCase("L Lᵀ (aliased)", [dominant([3, 3], 5)]) {
      let l = try choleskyFactor($0[0])
      return matmul(l, l.transposed())
    }
    OperationCase(
      "logDeterminant", [dominant([2, 3, 3], 6)],
      expected: {
        pieces($0[0], 9).map { piece in
          let l = plainCholesky(piece, 3)
          return 2 * (log(l[0]) + log(l[4]) + log(l[8]))
        }
      }
    ) { try logDeterminant($0[0]) }
    OperationCase(
      "logDeterminant of one element", [positive([1, 1], 7)],
      expected: { $0[0].map { log($0) } }
    ) { try logDeterminant($0[0]) }
    OperationCase("no matrices", [empty([0, 2, 2])], expected: { _ in [] }) {
      let l = try choleskyFactor($0[0])
      return try logDeterminant(l)
    }
    OperationCase("matrices of nothing", [empty([2, 0, 0])], expected: { _ in [0, 0] }) {
      try logDeterminant(choleskyFactor($0[0]))
    }
  }
}

@Suite struct FactorizationTests {
  @Test func aMatrixThatIsNotPositiveDefiniteIsNamed() {
    let tape = Tape()
    let a = tape.constant(Tensor([2, 0, 0, 2, 1, 2, 2, 1], shape: [2, 2, 2]))
    #expect(
      throws: FactorizationError.notPositiveDefinite(
        operation: "choleskyFactor", batch: 1, pivot: 1, value: -3)
    ) { try choleskyFactor(a) }
    do {
      _ = try logDeterminant(a)
      Issue.record("accepted")
    } catch {
      #expect(
        error.description == "logDeterminant: matrix 1 of the batch is not positive definite: "
          + "pivot 1 is -3.0, not a positive number. Look for missing values and duplicate rows, "
          + "or add a small multiple of the identity.")
    }
  }

  @Test func notANumberIsNamedToo() {
    let tape = Tape()
    let a = tape.constant(Tensor([1, 0, 0, .nan], shape: [2, 2]))
    #expect(throws: FactorizationError.self) { try choleskyFactor(a) }
  }

  /// Moving A_ij and A_ji together changes log det by 2 (A⁻¹)_ij.
  @Test func gradientsAreSymmetric() throws {
    let tape = Tape()
    let a = tape.variable(Tensor([4, 1, 1, 3], shape: [2, 2]))
    tape.backward(from: try logDeterminant(a))
    let expected: [Scalar] = [3 / 11, -1 / 11, -1 / 11, 4 / 11]
    for (g, e) in zip(tape.gradient(of: a).elements, expected) {
      #expect((g - e).magnitude <= 4 * Scalar.ulpOfOne)
    }
  }

  @Test func aFailureLeavesTheTapeUsable() {
    let tape = Tape()
    let a = tape.variable(Tensor([-1], shape: [1, 1]))
    #expect(throws: FactorizationError.self) { try choleskyFactor(a) }
    let x = tape.variable(Tensor([2]))
    tape.backward(from: x.squared())
    #expect(tape.gradient(of: x).elements == [4])
  }
}
