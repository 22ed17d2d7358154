import Autodiff
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var shaping: [OperationCase] {
    OperationCase("reshaped", [normal([2, 6], 33)], expected: { $0[0] }) {
      $0[0].reshaped(to: [3, 4])
    }
    OperationCase("slice", [normal([5, 2], 34)], expected: { Array($0[0][2..<8]) }) {
      $0[0].slice(1..<4)
    }
    OperationCase("overlapping slices", [normal([5], 35)]) {
      $0[0].slice(0..<3) * $0[0].slice(2..<5)
    }
    OperationCase("an axis inserted and removed", [normal([2, 3], 36)], expected: { $0[0] }) {
      $0[0].insertingAxis(at: 1).insertingAxis(at: -1).removingAxis(1).removingAxis(-1)
    }
    OperationCase("slice of nothing", [normal([3, 2], 37)], expected: { _ in [] }) {
      $0[0].slice(1..<1)
    }
  }
}

@Suite struct ShapingTests {
  @Test func viewsShareMemory() {
    let tape = Tape()
    let x = tape.constant(normal([4, 3], 1))
    #expect(x.reshaped(to: [12]).values == x.values)
    #expect(x.slice(1..<2).values == x.values + 3)
    #expect(x.slice(at: 2, axis: 0).values == x.values + 6)
    #expect(x.insertingAxis(at: 1).shape == [4, 1, 3])
    #expect(x.insertingAxis(at: -1).shape == [4, 3, 1])
    #expect(x.insertingAxis(at: 0).removingAxis(0).shape == [4, 3])
  }
}
