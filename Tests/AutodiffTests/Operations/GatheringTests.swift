import Autodiff
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var gathering: [OperationCase] {
    OperationCase(
      "gathered rows", [normal([4, 3], 1)],
      expected: { alongAxis(0, of: [4, 3], $0[0]) { [$0[2], $0[0], $0[2], $0[3]] } }
    ) { $0[0].gathered([2, 0, 2, 3], axis: 0) }
    OperationCase(
      "gathered columns", [normal([2, 3], 2)],
      expected: { alongAxis(1, of: [2, 3], $0[0]) { [$0[1], $0[1]] } }
    ) { $0[0].gathered([1, 1], axis: -1) }
    OperationCase(
      "gathered middle", [normal([2, 3, 2], 3)],
      expected: { alongAxis(1, of: [2, 3, 2], $0[0]) { [$0[2], $0[1]] } }
    ) { $0[0].gathered([2, 1], axis: 1) }
    OperationCase(
      "scattered rows", [normal([3, 2], 4)],
      expected: { alongAxis(0, of: [3, 2], $0[0]) { [$0[1], 0, $0[0] + $0[2], 0] } }
    ) { $0[0].scatterAdded([2, 0, 2], count: 4, axis: 0) }
    OperationCase(
      "scattered columns", [normal([2, 3], 5)],
      expected: { alongAxis(1, of: [2, 3], $0[0]) { [$0[0] + $0[1] + $0[2]] } }
    ) { $0[0].scatterAdded([0, 0, 0], count: 1, axis: 1) }
    OperationCase("gathered product (aliased)", [normal([3], 6)]) {
      $0[0].gathered([0, 1, 1], axis: 0) * $0[0]
    }
    OperationCase("gathered nothing", [normal([3, 2], 7)], expected: { _ in [] }) {
      $0[0].gathered([], axis: 0)
    }
    OperationCase(
      "scattered nothing", [empty([0, 2])], expected: { _ in [0, 0, 0, 0] }
    ) { $0[0].scatterAdded([], count: 2, axis: 0) }
    OperationCase("one element", [normal([1], 8)], expected: { $0[0] }) {
      $0[0].gathered([0], axis: 0)
    }
  }
}

@Suite struct GatheringTests {
  @Test func scatteringIsTheTransposeOfGathering() {
    let tape = Tape()
    let indices = [3, 1, 1, 0, 3]
    let (x, y) = (tape.constant(normal([4, 2], 1)), tape.constant(normal([5, 2], 2)))
    let forwards = dot(x.gathered(indices, axis: 0), y).item
    let backwards = dot(x, y.scatterAdded(indices, count: 4, axis: 0)).item
    #expect((forwards - backwards).magnitude <= 20 * Scalar.ulpOfOne)
  }

  @Test func anIndexOutsideStopsWithItsPosition() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tape().constant(Tensor([1, 2, 3])).gathered([0, 3], axis: 0)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("gathered: index 3 at position 1 of an axis of extent 3"))
  }
}
