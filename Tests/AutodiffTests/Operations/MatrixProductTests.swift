import Autodiff
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var matrixProducts: [OperationCase] {
    OperationCase(
      "matmul", [normal([3, 4], 21), normal([4, 2], 22)],
      expected: { product($0[0][...], $0[1][...], 4, 2) }
    ) { matmul($0[0], $0[1]) }
    OperationCase(
      "matmul of three axes", [normal([2, 3, 4], 23), normal([4, 5], 24)],
      expected: { product($0[0][...], $0[1][...], 4, 5) }
    ) { matmul($0[0], $0[1]) }
    OperationCase(
      "matmul of a vector", [normal([4], 40), normal([4, 3], 41)],
      expected: { product($0[0][...], $0[1][...], 4, 3) }
    ) { matmul($0[0], $0[1]) }
    OperationCase(
      "matmul of one row", [normal([1, 6], 25), normal([6, 1], 26)],
      expected: { product($0[0][...], $0[1][...], 6, 1) }
    ) { matmul($0[0], $0[1]) }
    OperationCase("matmul A·A (aliased)", [normal([3, 3], 27)]) { matmul($0[0], $0[0]) }
    OperationCase(
      "batched matmul", [normal([5, 2, 3], 28), normal([5, 3, 4], 29)],
      expected: { x in
        zip(pieces(x[0], 6), pieces(x[1], 12)).flatMap { product($0, $1, 3, 4) }
      }
    ) { matmul($0[0], $0[1]) }
    OperationCase(
      "one matrix times a batch", [normal([2, 3], 30), normal([4, 3, 1], 31)],
      expected: { x in pieces(x[1], 3).flatMap { product(x[0][...], $0, 3, 1) } }
    ) { matmul($0[0], $0[1]) }
    OperationCase(
      "batches that broadcast", [normal([2, 1, 2, 3], 32), normal([3, 3, 2], 33)],
      expected: { x in
        pieces(x[0], 6).flatMap { a in pieces(x[1], 6).flatMap { product(a, $0, 3, 2) } }
      }
    ) { matmul($0[0], $0[1]) }
    OperationCase("batched A·A (aliased)", [normal([2, 3, 3], 34)]) { matmul($0[0], $0[0]) }
    OperationCase("one element", [normal([1, 1, 1], 35), normal([1, 1, 1], 36)]) {
      matmul($0[0], $0[1])
    }
    OperationCase(
      "matmul of depth 0", [empty([2, 0]), empty([0, 3])],
      expected: { _ in [Double](repeating: 0, count: 6) }
    ) { matmul($0[0], $0[1]) }
    OperationCase("an empty batch", [empty([0, 2, 3]), empty([0, 3, 2])], expected: { _ in [] }) {
      matmul($0[0], $0[1])
    }
  }
}

@Suite struct MatrixProductTests {
  @Test func mismatchedBatchesStopWithBothShapes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape()
      _ = matmul(
        tape.constant(Tensor(repeating: 0, shape: [2, 3, 3])),
        tape.constant(Tensor(repeating: 0, shape: [4, 3, 3])))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("matmul: shapes [2] and [4] do not broadcast"))
  }
}
