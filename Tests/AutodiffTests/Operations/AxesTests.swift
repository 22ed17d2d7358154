import Autodiff
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var axes: [OperationCase] {
    OperationCase(
      "transposed", [normal([3, 4], 1)],
      expected: { x in (0..<12).map { x[0][$0 % 3 * 4 + $0 / 3] } }
    ) { $0[0].transposed() }
    OperationCase(
      "transposed batch", [normal([2, 2, 3], 2)],
      expected: { x in
        (0..<12).map { k in x[0][k / 6 * 6 + k % 2 * 3 + k % 6 / 2] }
      }
    ) { $0[0].transposed() }
    OperationCase(
      "permuted", [normal([2, 3, 4], 3)],
      expected: { x in
        (0..<24).map { k in x[0][k / 2 % 3 * 4 + k / 6 + k % 2 * 12] }
      }
    ) { $0[0].permuted([2, 1, 0]) }
    OperationCase(
      "permuted outside", [normal([2, 3, 4], 4)],
      expected: { x in (0..<24).map { k in x[0][k / 4 % 2 * 12 + k / 8 * 4 + k % 4] } }
    ) { $0[0].permuted([1, 0, 2]) }
    OperationCase("permuted scalar", [normal([], 5)], expected: { $0[0] }) { $0[0].permuted([]) }
    OperationCase(
      "broadcast", [normal([2, 1], 6)],
      expected: { x in (0..<18).map { x[0][$0 / 3 % 2] } }
    ) { $0[0].broadcast(to: [3, 2, 3]) }
    OperationCase("broadcast to its own shape", [normal([2], 7)], expected: { $0[0] }) {
      $0[0].broadcast(to: [2])
    }
    OperationCase("x + xᵀ (aliased)", [normal([3, 3], 8)]) { $0[0] + $0[0].transposed() }
    OperationCase("axes of nothing", [empty([2, 0, 3])], expected: { _ in [] }) {
      $0[0].permuted([1, 2, 0]).transposed().broadcast(to: [4, 0, 2, 3])
    }
  }
}

@Suite struct AxesTests {
  @Test func permutingBackGivesTheOriginal() {
    let tape = Tape()
    let x = tape.constant(normal([2, 3, 4, 5], 1))
    let y = x.permuted([3, 1, 0, 2])
    #expect(y.shape == [5, 3, 2, 4])
    #expect(y.permuted([2, 1, 3, 0]).tensor == x.tensor)
  }

  @Test func impossibleAxesStopWithTheShape() async {
    let twice = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tape().constant(Tensor(repeating: 0, shape: [2, 3])).permuted([0, 0])
    }
    #expect(message(twice).contains("permuted: axis 0 twice in [0, 0]"))
    let target = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tape().constant(Tensor(repeating: 0, shape: [2, 3])).broadcast(to: [1, 3])
    }
    #expect(message(target).contains("broadcast: shape [2, 3] to [1, 3]"))
  }

  private func message(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
