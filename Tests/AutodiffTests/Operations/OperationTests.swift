import Autodiff
import TestSupport
import Testing

/// Every operation against plain arithmetic and central differences, in the cases that break them:
/// aliased inputs, broadcasting, one element, rectangles, empty tensors.
@Suite struct OperationTests {
  @Test("The value is that of plain arithmetic", arguments: OperationCase.all)
  func valueIsThatOfPlainArithmetic(_ test: OperationCase) throws {
    guard let expected = test.expected else { return }
    let tape = Tape()
    let value = try test.function(test.inputs.map { tape.constant($0) }).tensor.elements
    let reference = expected(test.inputs.map { $0.elements.map { Double($0) } })
    try #require(value.count == reference.count)
    for (v, r) in zip(value, reference) {
      #expect(abs(Double(v) - r) <= 200 * Double(Scalar.ulpOfOne) * max(1, abs(r)))
    }
  }

  @Test("VJP matches central differences", arguments: OperationCase.all)
  func vjpMatchesCentralDifferences(_ test: OperationCase) throws {
    try expectGradients(of: test.inputs, test.name, function: test.function)
  }

  @Test("A zero cotangent gives zero gradients", arguments: OperationCase.all)
  func zeroCotangentGivesZeroGradients(_ test: OperationCase) throws {
    let tape = Tape()
    let inputs = test.inputs.map { tape.variable($0) }
    let output = try test.function(inputs)
    tape.backward(from: output, cotangent: Tensor(repeating: 0, shape: output.shape))
    for input in inputs {
      #expect(tape.gradient(of: input).elements.allSatisfy { $0 == 0 })
    }
  }

  @Test("Without gradients nothing is kept and the value is the same", arguments: OperationCase.all)
  func constantsRecordNothing(_ test: OperationCase) throws {
    let tape = Tape()
    let recorded = try test.function(test.inputs.map { tape.variable($0) }).tensor
    let silent = Tape()
    #expect(try test.function(test.inputs.map { silent.constant($0) }).tensor == recorded)
    #expect(silent.operationCount == 0)
  }

  @Test("Cotangents add to what is there", arguments: OperationCase.all)
  func cotangentsAdd(_ test: OperationCase) throws {
    let (once, twice) = (Tape(), Tape())
    let inputs = test.inputs.map { once.variable($0) }
    let output = try test.function(inputs)
    let cotangent = randomTensor(output.shape, seed: 3)
    once.backward(from: output, cotangent: cotangent)
    let shared = test.inputs.map { twice.variable($0) }
    let sum = try test.function(shared) + test.function(shared)
    twice.backward(from: sum, cotangent: cotangent)
    for (a, b) in zip(inputs, shared) {
      for (g, doubled) in zip(once.gradient(of: a).elements, twice.gradient(of: b).elements) {
        #expect((2 * g - doubled).magnitude <= 100 * Scalar.ulpOfOne * max(1, g.magnitude))
      }
    }
  }
}
