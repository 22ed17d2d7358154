import Autodiff
import Layers
import TestSupport
import Testing

@Suite struct IndicatorFloorTests {
  private static let rule = IndicatorFloor(
    threshold: 35, floor: 0.5, isDefensive: [false, true, true])

  private static func run(_ b: Variable, _ indicator: [Scalar]) -> Variable {
    var pass = Pass(tape: b.tape, parameters: Parameters(), mode: .evaluation)
    return rule(
      .init(
        budgets: b, indicator: b.tape.constant(Tensor(indicator, shape: [indicator.count]))),
      in: &pass)
  }

  @Test func theFloorHoldsWhileTheIndicatorIsHigh() {
    let row: [Scalar] = [0.75, 0.05, 0.2]
    let rich: [Scalar] = [0.25, 0.25, 0.5]
    let tape = Tape()
    let b = tape.constant(Tensor(row + row + rich + row, shape: [4, 3]))
    let result = Self.run(b, [34, 35, 80, .nan]).tensor.elements
    let expected = row + [0.5, 0.1, 0.4] + rich + row
    for (x, y) in zip(result, expected) { #expect(abs(x - y) < 8 * .ulpOfOne) }
  }

  @Test func gradientsRunThroughTheRule() {
    expectGradients(of: [Tensor([0.75, 0.05, 0.2, 0.3, 0.3, 0.4], shape: [2, 3])]) {
      Self.run($0[0], [40, 20])
    }
  }
}
