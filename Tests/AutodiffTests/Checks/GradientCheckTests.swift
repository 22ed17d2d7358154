import Autodiff
import TestSupport
import Testing

@Suite struct GradientCheckTests {
  /// A hyperbolic tangent whose VJP forgets to square the output.
  static func wrongTanh(_ x: Variable) -> Variable {
    let count = x.shape.count
    let y = x.tape.allocate(count)
    let right = x.tanh().tensor.elements
    for i in 0..<count { y[i] = right[i] }
    return x.tape.record("wrongTanh", x, output: y, shape: x.shape) { context in
      guard let x̄ = context.cotangent(0) else { return }
      for i in 0..<context.outputCount { x̄[i] += context.seed[i] * (1 - context.output[i]) }
    }
  }

  @Test func aWrongVJPIsCaught() {
    let found = GradientCheck(of: [randomTensor([4], seed: 1)]) { Self.wrongTanh($0[0]) }
    #expect(found.mismatches.count == 4)
    withKnownIssue {
      expectGradients(of: [randomTensor([4], seed: 1)]) { Self.wrongTanh($0[0]) }
    }
  }

  @Test func aNotANumberIsCaught() {
    let found = GradientCheck(of: [Tensor([-1])]) { $0[0].log() }
    #expect(found.mismatches.count == 1)
  }

  @Test func theReportNamesTheWorstElement() throws {
    let found = GradientCheck(of: [Tensor([0.001, 2])]) { Self.wrongTanh($0[0]) }
    #expect(found.count == 2)
    let worst = try #require(found.mismatches.first)
    #expect(worst.description.contains("input 0, element \(worst.element): by the tape"))
  }
}
