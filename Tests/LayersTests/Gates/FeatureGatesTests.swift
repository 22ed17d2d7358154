import Autodiff
import Layers
import TestSupport
import Testing

@Suite struct FeatureGatesTests {
  private static let features = randomTensor([5, 2, 3], seed: 1)

  private static func gates(
    _ means: [Scalar], noise: Double = 0.5
  ) -> (layer: FeatureGates, parameters: Parameters) {
    var made = build { FeatureGates(variables: 3, noise: noise, in: &$0) }
    made.parameters.values = means
    return made
  }

  /// Decisions are without noise: a shut gate's variable is exactly absent, an open one's untouched.
  @Test func decisionsSeeTheClippedMeans() {
    let (gates, parameters) = Self.gates([-0.2, 0.25, 1.5])
    let value = parameterGradient(parameters) { gates($0.constant(Self.features), in: &$1) }.value
    for (k, x) in Self.features.elements.enumerated() {
      #expect(value.elements[k] == x * [0, 0.25, 1][k % 3])
    }
    let start = build { FeatureGates(variables: 3, in: &$0) }
    #expect(start.parameters.values == [0.5, 0.5, 0.5])
  }

  /// In training the mean of a gate is that of a normal variable clipped to [0, 1]; the noise is the stream's.
  @Test func trainingSeesClippedNoise() {
    let (gates, parameters) = Self.gates([-0.2, 0.25, 1.5])
    let ones = Tensor(repeating: 1, shape: [40_000, 3])
    func run(_ seed: UInt64) -> [Scalar] {
      parameterGradient(parameters, mode: .training(SplitMix64(seed: seed))) {
        gates($0.constant(ones), in: &$1)
      }.value.elements
    }
    let values = run(1)
    #expect(values == run(1) && values != run(2))
    #expect(values.allSatisfy { (0...1).contains($0) })
    // E min(max(μ + σε, 0), 1) for σ = ½, by numerical integration.
    for (j, mean) in [0.113_859_2, 0.334_244_9, 0.958_533_3].enumerated() {
      let sum = stride(from: j, to: values.count, by: 3).reduce(0) { $0 + Double(values[$1]) }
      #expect(abs(sum / 40_000 - mean) < 0.008, "\(j): \(sum / 40_000)")
    }
  }

  @Test func gradientsOfGatesAndPenalty() {
    let (gates, parameters) = Self.gates([0.1, 0.45, 0.8])
    expectParameterGradients(parameters) { gates($0.constant(Self.features), in: &$1) }
    expectParameterGradients(parameters, mode: .training(SplitMix64(seed: 3))) {
      gates($0.constant(Self.features), in: &$1)
    }
    expectParameterGradients(parameters) { gates.penalty(in: $1) }
    expectGradients(of: [Self.features]) { inputs in
      var pass = Pass(
        tape: inputs[0].tape, parameters: parameters, mode: .evaluation, needsGradient: false)
      return gates(inputs[0], in: &pass)
    }
  }

  /// Σ Φ(μ/σ): the standard normal distribution function at −1, 0 and 2 for σ = ½.
  @Test func thePenaltyIsTheExpectedNumberOfOpenGates() {
    let (gates, parameters) = Self.gates([-0.5, 0, 1])
    let value = parameterGradient(parameters) { gates.penalty(in: $1) }.value.elements[0]
    let expected = 0.158_655_253_931_457_05 + 0.5 + 0.977_249_868_051_820_8
    #expect(abs(Double(value) - expected) < 1e-6)
    // What training sees: the share of draws above zero.
    let ones = Tensor(repeating: 1, shape: [40_000, 3])
    let draws = parameterGradient(parameters, mode: .training(SplitMix64(seed: 5))) {
      gates($0.constant(ones), in: &$1)
    }.value.elements
    #expect(abs(Double(draws.count { $0 > 0 }) / 40_000 - expected) < 0.015)
  }
}
