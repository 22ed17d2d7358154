import Autodiff
import Finance
import TestSupport
import Testing

@testable import Train

@Suite struct RegimeBlockTests {
  /// Two networks that are the same but for the order of their regimes decide the same and report the
  /// same regimes.
  @Test(arguments: [
    ["model.regimes.count=3", "model.head.kind=none"],
    [
      "model.regimes.count=3", "model.regimes.emissions=network", "model.regimes.warmup=2",
      "model.head.kind=none",
    ],
  ])
  func regimesHaveTheSameNumbersInEveryNetwork(_ overrides: [String]) throws {
    let problem = try SmallExperiment.problem(overrides + ["model.sequence.kind=none"])
    let (policy, start) = try problem.policy(of: .network(seed: 0), generator: SplitMix64(seed: 0))
    var parameters = start
    let shifts = randomTensor(Shape(parameters.values.count), seed: 5, scale: 0.4).elements
    for (k, shift) in shifts.enumerated() { parameters.values[k] += shift }
    let order = [2, 0, 1]
    var renumbered = parameters
    for entry in parameters.entries {
      let own = Array(parameters.values[entry.range])
      let columns = own.count / 3
      let moved: [Scalar] =
        switch entry.name.split(separator: ".").last {
        case "means", "logVariances", "constants":
          order.flatMap { own[$0 * columns..<($0 + 1) * columns] }
        case "transitionLogits": order.flatMap { from in order.map { own[from * 3 + $0] } }
        case "weight", "bias":
          (0..<columns).flatMap { row in order.map { own[row * 3 + $0] } }
        default: own
        }
      renumbered.values.replaceSubrange(entry.range, with: moved)
    }
    #expect(renumbered != parameters)
    let scaler = try Standardizer(
      fitting: problem.features, decisions: Array(problem.folds[0].train), clip: 4)
    let features = scaler.standardized(problem.features)
    let (one, other) = (
      try policy.decide(20..<40, of: problem, features: features, parameters: parameters),
      try policy.decide(20..<40, of: problem, features: features, parameters: renumbered)
    )
    let tolerance = MemoryLayout<Scalar>.size == 8 ? 1e-12 : 1e-5
    for (a, b) in zip(one.weights.elements, other.weights.elements) {
      #expect(abs(a - b) < tolerance)
    }
    let (first, second) = (
      try #require(one.details[.regimes]), try #require(other.details[.regimes])
    )
    #expect(first.columns == ["regime 1", "regime 2", "regime 3"])
    for (a, b) in zip(first.values.elements, second.values.elements) {
      #expect(abs(a - b) < tolerance)
    }
    #expect(first.values[0, 0] != first.values[0, 1])
  }
}
