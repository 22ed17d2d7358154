import Autodiff
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var slicing: [OperationCase] {
    OperationCase(
      "slice of the last axis", [normal([3, 5], 1)],
      expected: { alongAxis(1, of: [3, 5], $0[0]) { Array($0[1..<4]) } }
    ) { $0[0].slice(1..<4, axis: -1) }
    OperationCase(
      "slice of a middle axis", [normal([2, 4, 3], 2)],
      expected: { alongAxis(1, of: [2, 4, 3], $0[0]) { Array($0[2..<4]) } }
    ) { $0[0].slice(2..<4, axis: 1) }
    OperationCase(
      "slice of the first axis", [normal([4, 3], 3)],
      expected: { alongAxis(0, of: [4, 3], $0[0]) { Array($0[1..<3]) } }
    ) { $0[0].slice(1..<3, axis: 0) }
    OperationCase(
      "one position", [normal([2, 4, 3], 4)],
      expected: { alongAxis(1, of: [2, 4, 3], $0[0]) { [$0[3]] } }
    ) { $0[0].slice(at: 3, axis: 1) }
    OperationCase("slices that overlap", [normal([2, 5], 5)]) {
      $0[0].slice(0..<3, axis: 1) * $0[0].slice(2..<5, axis: 1)
    }
    OperationCase("split and joined", [normal([2, 6], 6)], expected: { $0[0] }) {
      concatenate($0[0].split(into: [1, 0, 2, 3], axis: 1), axis: 1)
    }
    OperationCase("no positions", [normal([2, 3], 7)], expected: { _ in [] }) {
      $0[0].slice(2..<2, axis: 1)
    }
    OperationCase("one element", [normal([1], 8)], expected: { $0[0] }) {
      $0[0].slice(at: 0, axis: 0)
    }
  }
}

@Suite struct SlicingTests {
  @Test func shapesAreAsStated() {
    let tape = Tape()
    let x = tape.constant(normal([2, 4, 3], 1))
    #expect(x.slice(1..<3, axis: 1).shape == [2, 2, 3])
    #expect(x.slice(at: 1, axis: -2).shape == [2, 3])
    #expect(x.split(into: [1, 3], axis: 1).map(\.shape) == [[2, 1, 3], [2, 3, 3]])
  }

  @Test func positionsOutsideStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tape().constant(Tensor(repeating: 0, shape: [2, 3])).slice(1..<4, axis: 1)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("slice: positions 1..<4 of axis 1 of [2, 3]"))
  }
}
