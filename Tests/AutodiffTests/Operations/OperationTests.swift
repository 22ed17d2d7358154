import Autodiff
import TestSupport
import Testing

/// Every operation's VJP against central differences, in the cases that break them: aliased
/// inputs, broadcasting, one element, rectangles, empty tensors.
@Suite struct OperationTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var inputs: [Tensor]
    var function: @Sendable ([Variable]) -> Variable
    var testDescription: String { name }

    init(
      _ name: String, _ inputs: [Tensor], _ function: @escaping @Sendable ([Variable]) -> Variable
    ) {
      self.name = name
      self.inputs = inputs
      self.function = function
    }
  }

  private static func r(_ shape: Shape, _ seed: UInt64, shift: Double = 0) -> Tensor {
    randomTensor(shape, seed: seed, shift: shift)
  }

  private static func positive(_ shape: Shape, _ seed: UInt64) -> Tensor {
    Tensor(randomTensor(shape, seed: seed).elements.map { abs($0) + 0.5 }, shape: shape)
  }

  static let cases: [Case] = [
    Case("exp", [r([2, 3], 1)]) { $0[0].exp() },
    Case("log", [positive([5], 2)]) { $0[0].log() },
    Case("tanh", [r([3, 4], 3)]) { $0[0].tanh() },
    Case("sigmoid", [r([7], 4)]) { $0[0].sigmoid() },
    Case("leakyReLU", [Tensor([-2, -0.5, 0.5, 3])]) { $0[0].leakyReLU(slope: 0.1) },
    Case("squared", [r([4], 5)]) { $0[0].squared() },
    Case("scaled", [r([4], 6)]) { $0[0].scaled(by: -2.5) },
    Case("negation", [r([4], 6)]) { -$0[0] },
    Case("x + x (aliased)", [r([3], 7)]) { $0[0] + $0[0] },
    Case("x * x (aliased)", [r([3], 7)]) { $0[0] * $0[0] },
    Case("x / x (aliased)", [positive([3], 7)]) { $0[0] / $0[0] },
    Case("difference", [r([2, 3], 8), r([2, 3], 9)]) { $0[0] - $0[1] },
    Case("row broadcast", [r([4, 3], 10), r([3], 11)]) { $0[0] + $0[1] },
    Case("column broadcast", [r([4, 3], 12), r([4, 1], 13)]) { $0[0] * $0[1] },
    Case("both sides broadcast", [r([4, 1, 3], 14), positive([2, 1], 15)]) { $0[0] / $0[1] },
    Case("scalar on the left", [Tensor(1.5), r([2, 2], 16)]) { $0[0] - $0[1] },
    Case("one element", [r([1, 1], 17), r([1], 18)]) { $0[0] * $0[1] },
    Case("middle axis broadcast", [r([2, 3, 2], 19), r([2, 1, 2], 20)]) { $0[0] * $0[1] },
    Case("matmul", [r([3, 4], 21), r([4, 2], 22)]) { matmul($0[0], $0[1]) },
    Case("matmul of three axes", [r([2, 3, 4], 23), r([4, 5], 24)]) { matmul($0[0], $0[1]) },
    Case("matmul of one row", [r([1, 6], 25), r([6, 1], 26)]) { matmul($0[0], $0[1]) },
    Case("matmul A·A (aliased)", [r([3, 3], 27)]) { matmul($0[0], $0[0]) },
    Case("sum", [r([2, 5], 28)]) { $0[0].sum() },
    Case("mean", [r([2, 5], 29)]) { $0[0].mean() },
    Case("dot", [r([17], 30), r([17], 31)]) { dot($0[0], $0[1]) },
    Case("dot x·x (aliased)", [r([9], 32)]) { dot($0[0], $0[0]) },
    Case("reshaped", [r([2, 6], 33)]) { $0[0].reshaped(to: [3, 4]).tanh() },
    Case("slice", [r([5, 2], 34)]) { $0[0].slice(1..<4).exp() },
    Case("overlapping slices", [r([5], 35)]) { $0[0].slice(0..<3) * $0[0].slice(2..<5) },
    Case("sum of nothing", [Tensor([], shape: [0, 3]), r([2], 36)]) { $0[0].sum() + $0[1] },
    Case("used three times", [r([3], 37)]) { $0[0].exp() * $0[0].tanh() + $0[0] },
  ]

  @Test("VJP matches central differences", arguments: cases)
  func vjpMatchesCentralDifferences(_ test: Case) {
    expectGradients(of: test.inputs, test.name, function: test.function)
  }

  @Test("A zero cotangent gives zero gradients", arguments: cases)
  func zeroCotangentGivesZeroGradients(_ test: Case) {
    let tape = Tape()
    let inputs = test.inputs.map { tape.variable($0) }
    let output = test.function(inputs)
    tape.backward(from: output, cotangent: Tensor(repeating: 0, shape: output.shape))
    for input in inputs {
      #expect(tape.gradient(of: input).elements.allSatisfy { $0 == 0 })
    }
  }

  @Test("Without gradients nothing is kept and the value is the same", arguments: cases)
  func constantsRecordNothing(_ test: Case) {
    let tape = Tape()
    let recorded = test.function(test.inputs.map { tape.variable($0) }).tensor
    let silent = Tape()
    #expect(test.function(test.inputs.map { silent.constant($0) }).tensor == recorded)
    #expect(silent.operationCount == 0)
  }

  @Test func valuesAreWhatTheNamesSay() {
    let tape = Tape()
    let x = tape.constant(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]))
    #expect((x + tape.constant(Tensor([10, 20, 30]))).tensor.elements == [11, 22, 33, 14, 25, 36])
    #expect(
      (x - tape.constant(Tensor([1, 2], shape: [2, 1]))).tensor.elements == [0, 1, 2, 2, 3, 4])
    #expect(x.sum().item == 21)
    #expect(x.mean().item == 3.5)
    #expect(x.slice(1..<2).tensor == Tensor([4, 5, 6], shape: [1, 3]))
    let product = matmul(x, tape.constant(Tensor([1, 0, 0, 1, 1, 1], shape: [3, 2])))
    #expect(product.tensor == Tensor([4, 5, 10, 11], shape: [2, 2]))
    #expect(x.leakyReLU().tensor == x.tensor)
    #expect((-x).leakyReLU(slope: 0.5).tensor.elements[1] == -1)
  }
}
