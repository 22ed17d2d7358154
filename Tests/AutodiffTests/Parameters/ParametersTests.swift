import Autodiff
import TestSupport
import Testing

@Suite struct ParametersTests {
  private func build(seed: UInt64, extra: Bool = false) -> (Parameters, [ParameterID]) {
    var builder = ParameterBuilder(generator: SplitMix64(seed: seed))
    let ids = builder.scope("policy") { builder in
      if extra { _ = builder.scope("other") { $0.glorot("weight", 3, 3) } }
      return builder.scope("lstm") { [$0.glorot("weight", 2, 8), $0.zeros("bias", [8])] }
    }
    return (builder.parameters, ids)
  }

  @Test func namesAreScopedAndValuesDependOnTheNameOnly() {
    let (a, ids) = build(seed: 1)
    #expect(a.entries.map(\.name) == ["policy.lstm.weight", "policy.lstm.bias"])
    #expect(a == build(seed: 1).0)
    #expect(a != build(seed: 2).0)
    #expect(build(seed: 1, extra: true).0["policy.lstm.weight"] == a[ids[0]])
    #expect(a.name(at: 0) == "policy.lstm.weight" && a.name(at: 16) == "policy.lstm.bias")
    #expect(a[ids[0]].elements.allSatisfy { abs($0) <= 0.7746 } && a[ids[0]].elements[0] != 0)
  }

  /// A layer that shares takes its namesakes' handles and adds only what has none.
  @Test func aSharedLayerAddsOnlyWhatIsNew() {
    var builder = ParameterBuilder(generator: SplitMix64(seed: 1))
    let own = builder.scope("policy") { [$0.glorot("weight", 2, 3), $0.zeros("bias", [3])] }
    let before = builder.parameters
    let shared = builder.sharing { builder in
      builder.scope("policy") { builder in
        [
          builder.glorot("weight", 2, 3), builder.scope(nil) { $0.zeros("bias", [3]) },
          builder.scope("other") { $0.zeros("bias", [5]) },
        ]
      }
    }
    #expect(Array(shared.prefix(2)) == own)
    #expect(builder.parameters.entries.map(\.name).last == "policy.other.bias")
    #expect(builder.parameters.entries.count == 3)
    #expect(Array(builder.parameters.values.prefix(9)) == before.values)
    // Outside, names are single again: a new one is added.
    let next = builder.zeros("next", [2])
    #expect(builder.parameters.entries.count == 4 && builder.parameters[next].shape == [2])
  }

  @Test func copiesAreIndependentValues() {
    let (original, ids) = build(seed: 1)
    var copy = original
    copy[ids[1]] = Tensor(repeating: 3, shape: [8])
    #expect(original[ids[1]].elements.allSatisfy { $0 == 0 })
    #expect(copy.values.suffix(8).allSatisfy { $0 == 3 })
  }

  @Test func aPassGathersGradientsInOrder() {
    let (parameters, ids) = build(seed: 1)
    let tape = Tape()
    let pass = Pass(tape: tape, parameters: parameters, mode: .evaluation)
    let input = tape.constant(Tensor(repeating: 1, shape: [3, 2]))
    tape.backward(from: (matmul(input, pass(ids[0])) + pass(ids[1])).sum())
    var gradient = [Scalar](repeating: .nan, count: parameters.values.count)
    pass.copyGradients(into: &gradient)
    #expect(gradient.allSatisfy { $0 == 3 })
  }

  @Test func aPassWithoutGradientsRecordsNothing() {
    let (parameters, ids) = build(seed: 1)
    let tape = Tape()
    let pass = Pass(
      tape: tape, parameters: parameters, mode: .evaluation, needsGradient: false)
    _ = pass(ids[0]).exp()
    #expect(tape.operationCount == 0)
  }
}
