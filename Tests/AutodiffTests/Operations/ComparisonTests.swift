import Autodiff
import TestSupport
import Testing

extension OperationCase {
  @CaseTable static var comparison: [OperationCase] {
    OperationCase("abs", [distinct([2, 3], 1)], expected: { $0[0].map { abs($0) } }) {
      $0[0].abs()
    }
    OperationCase(
      "clipped", [distinct([3, 4], 2)], expected: { $0[0].map { min(max($0, -0.8), 0.8) } }
    ) { $0[0].clipped(to: -0.8...0.8) }
    OperationCase(
      "clipped on one side", [distinct([5], 3)], expected: { $0[0].map { max($0, 0) } }
    ) { $0[0].clipped(to: 0 ... .infinity) }
    OperationCase(
      "select by sign", [distinct([3, 2], 4), normal([3, 2], 5), normal([3, 2], 6)],
      expected: { x in x[0].indices.map { x[0][$0] > 0 ? x[1][$0] : x[2][$0] } }
    ) { select($0[0] .> 0, $0[1], $0[2]) }
    OperationCase(
      "select with broadcasting", [Tensor([1, 0, 1]), normal([2, 1], 7), normal([], 8)],
      expected: { x in (0..<6).map { x[0][$0 % 3] != 0 ? x[1][$0 / 3] : x[2][0] } }
    ) { select($0[0], $0[1], $0[2]) }
    OperationCase("select (aliased)", [distinct([4], 9)], expected: { $0[0] }) {
      select($0[0] .< 0, $0[0], $0[0])
    }
    OperationCase("comparisons of nothing", [empty([0, 3])], expected: { _ in [] }) {
      select($0[0] .> 0, $0[0].abs(), $0[0].clipped(to: 0...1))
    }
  }
}

@Suite struct ComparisonTests {
  @Test func comparisonsGiveOnesAndZeros() {
    let tape = Tape()
    let x = tape.variable(Tensor([1, 2, 3]))
    let y = tape.constant(Tensor([2], shape: [1, 1]))
    #expect((x .> y).tensor == Tensor([0, 0, 1], shape: [1, 3]))
    #expect((x .>= y).tensor.elements == [0, 1, 1])
    #expect((x .< y).tensor.elements == [1, 0, 0])
    #expect((x .<= y).tensor.elements == [1, 1, 0])
    #expect((x .> 2).tensor.elements == [0, 0, 1])
    #expect((x .>= 2).tensor.elements == [0, 1, 1])
    #expect((x .< 2).tensor.elements == [1, 0, 0])
    #expect((x .<= 2).tensor.elements == [1, 1, 0])
    #expect(!(x .> y).needsGradient && tape.operationCount == 0)
  }

  @Test func kinksHaveTheMeanOfTheirOneSidedSlopes() {
    let tape = Tape()
    let x = tape.variable(Tensor([-1, 0, 1, 2]))
    tape.backward(
      from: x.clipped(to: -1...1) + 10 * x.abs() + 100 * x.clipped(to: 2...2),
      cotangent: Tensor([1, 1, 1, 1]))
    #expect(tape.gradient(of: x).elements == [-9.5, 1, 10.5, 10])
  }

  @Test func notANumberStays() {
    let tape = Tape()
    let x = tape.constant(Tensor([.nan]))
    #expect(x.clipped(to: 0...1).item.isNaN && x.abs().item.isNaN)
  }
}
