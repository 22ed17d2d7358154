import Autodiff
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var concatenation: [OperationCase] {
    OperationCase(
      "concatenate rows", [normal([2, 3], 1), normal([1, 3], 2)], expected: { $0[0] + $0[1] }
    ) { concatenate($0) }
    OperationCase(
      "concatenate columns", [normal([2, 1], 3), normal([2, 3], 4), normal([2, 2], 5)],
      expected: { x in
        Array([x[0][..<1], x[1][..<3], x[2][..<2], x[0][1...], x[1][3...], x[2][2...]].joined())
      }
    ) { concatenate($0, axis: -1) }
    OperationCase(
      "concatenate a middle axis", [normal([2, 1, 2], 6), normal([2, 2, 2], 7)],
      expected: { x in
        Array([x[0][..<2], x[1][..<4], x[0][2...], x[1][4...]].joined())
      }
    ) { concatenate($0, axis: 1) }
    OperationCase("concatenate (aliased)", [normal([2, 2], 8)]) {
      concatenate([$0[0], $0[0], $0[0]], axis: 1)
    }
    OperationCase(
      "concatenate with nothing", [normal([2, 2], 9), empty([2, 0])], expected: { $0[0] }
    ) { concatenate($0, axis: 1) }
    OperationCase("concatenate nothings", [empty([0, 2]), empty([0, 3])], expected: { _ in [] }) {
      concatenate($0, axis: 1)
    }
    OperationCase(
      "stack", [normal([2, 2], 10), normal([2, 2], 11)], expected: { $0[0] + $0[1] }
    ) { stack($0) }
    OperationCase(
      "stack at the end", [normal([2, 2], 12), normal([2, 2], 13)],
      expected: { x in (0..<4).flatMap { [x[0][$0], x[1][$0]] } }
    ) { stack($0, axis: -1) }
    OperationCase(
      "stack scalars", [normal([], 14), normal([], 15), normal([], 16)],
      expected: { $0[0] + $0[1] + $0[2] }
    ) { stack($0) }
    OperationCase("stack (aliased)", [normal([3], 17)]) { stack([$0[0], $0[0]], axis: 1) }
    OperationCase("stack one", [normal([3], 18)], expected: { $0[0] }) { stack($0) }
  }
}

@Suite struct ConcatenationTests {
  @Test func shapesAreAsStated() {
    let tape = Tape()
    let (x, y) = (tape.constant(normal([2, 3], 1)), tape.constant(normal([2, 3], 2)))
    #expect(concatenate([x, y], axis: 1).shape == [2, 6])
    #expect(stack([x, y]).shape == [2, 2, 3] && stack([x, y], axis: 1).shape == [2, 2, 3])
    #expect(stack([x, y, x], axis: 2).shape == [2, 3, 3])
  }

  @Test func shapesThatDoNotFitStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape()
      _ = concatenate(
        [
          tape.constant(Tensor(repeating: 0, shape: [2, 3])),
          tape.constant(Tensor(repeating: 0, shape: [3, 3])),
        ], axis: 1)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("concatenate: [2, 3] and [3, 3] along axis 1"))
  }
}
