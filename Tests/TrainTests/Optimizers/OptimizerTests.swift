import Autodiff
import Testing

@testable import Train

@Suite struct OptimizerTests {
  private func parameters(_ values: [Scalar]) -> Parameters {
    var builder = ParameterBuilder(generator: SplitMix64(seed: 1))
    _ = builder.scope("net") { $0.parameter("weight", Tensor(values)) }
    return builder.parameters
  }

  /// Two steps by hand: the first moves by η exactly (m̂/√v̂ = sign g).
  @Test func firstStepsAreThoseOfThePaper() {
    let adam = AdamW(learningRates: [0.1, 0.1], weightDecays: [0, 0])
    var x = parameters([1, -2])
    var state = OptimizerState(count: 2)
    adam.update(&x, gradient: [4, -0.5], state: &state)
    #expect(abs(x.values[0] - 0.9) < 1e-6 && abs(x.values[1] + 1.9) < 1e-6)
    adam.update(&x, gradient: [1, -0.5], state: &state)
    let m = 0.9 * 0.1 * 4 + 0.1 * 1
    let v = 0.999 * 0.001 * 16 + 0.001 * 1
    let step = 0.1 * (m / 0.19) / ((v / 0.001999).squareRoot())
    #expect(abs(Double(x.values[0]) - (0.9 - step)) < 1e-5)
  }

  @Test func decayIsDecoupledFromTheGradient() {
    let adam = AdamW(learningRates: [0.1], weightDecays: [0.5])
    var x = parameters([2])
    var state = OptimizerState(count: 1)
    adam.update(&x, gradient: [0], state: &state)
    #expect(abs(x.values[0] - (2 - 0.1 * 0.5 * 2)) < 1e-6)
  }

  static let optimizers: [any Optimizer] = [
    AdamW(learningRates: [0.05, 0.05], weightDecays: [0, 0]),
    SGD(learningRates: [0.02, 0.02], weightDecays: [0, 0], momentum: 0.9),
    SGD(learningRates: [0.02, 0.02], weightDecays: [0, 0], momentum: 0),
  ]

  @Test(arguments: optimizers.indices)
  func findsTheMinimumOfAQuadratic(_ index: Int) {
    let adam = Self.optimizers[index]
    var x = parameters([3, -4])
    var state = OptimizerState(count: 2)
    for _ in 0..<2000 {
      adam.update(
        &x, gradient: [2 * (x.values[0] - 1), 20 * (x.values[1] - 2)], objective: 0, state: &state,
        factor: 1)
    }
    #expect(abs(x.values[0] - 1) < 1e-3 && abs(x.values[1] - 2) < 1e-3)
  }

  @Test func clippingKeepsTheDirectionAndReportsTheNorm() {
    var gradient: [Scalar] = [3, 4]
    #expect(clipNorm(of: &gradient, limit: 1) == 5)
    #expect(abs(gradient[0] - 0.6) < 1e-6 && abs(gradient[1] - 0.8) < 1e-6)
    var short: [Scalar] = [0.3, 0.4]
    _ = clipNorm(of: &short, limit: 1)
    #expect(short == [0.3, 0.4])
    var broken: [Scalar] = [.nan, 1]
    #expect(clipNorm(of: &broken, limit: 1).isNaN && broken[1] == 1)
  }

  @Test func theLongestMatchingGroupSetsTheRate() {
    var builder = ParameterBuilder(generator: SplitMix64(seed: 1))
    builder.scope("policy") { policy in
      policy.scope("lstm") { _ = $0.zeros("bias", [1]) }
      policy.scope("output") {
        _ = $0.zeros("weight", [1])
        _ = $0.zeros("bias", [1])
      }
    }
    let rates = ParameterGroups(
      standard: 1, groups: [("bias", 2), ("output.bias", 3), ("ias", 9), ("nothing", 9)])
    let (values, unmatched) = rates.resolve(builder.parameters.entries)
    #expect(values == [2, 1, 3])
    #expect(unmatched == ["ias", "nothing"])
  }

  /// The first step divides by √(1 − ρ)|g|: ten times the rate, whatever the gradient's size.
  @Test func rmspropStepsByTheSignAtFirst() {
    let rmsprop = RMSProp(learningRates: [0.01, 0.01], weightDecays: [0, 0])
    var x = parameters([0, 0])
    var state = OptimizerState(count: 2)
    rmsprop.update(&x, gradient: [5, -0.001], objective: 0, state: &state, factor: 0.5)
    #expect(abs(x.values[0] + 0.05) < 1e-5 && abs(x.values[1] - 0.05) < 1e-5)
  }

  @Test func schedulesRiseAndFall() {
    let constant = LearningRateSchedule(shape: .constant, warmup: 0, floor: 0, patience: 3)
    #expect((0..<10).allSatisfy { constant.factor($0, of: 10) == 1 })
    let cosine = LearningRateSchedule(shape: .cosine, warmup: 4, floor: 0.1, patience: 3)
    let factors = (0...100).map { cosine.factor($0, of: 100) }
    #expect(factors[0] == 0.25 && factors[3] == 1)
    #expect(abs(factors[52] - 0.55) < 1e-12 && abs(factors[100] - 0.1) < 1e-12)
    #expect(zip(factors[4...], factors[5...]).allSatisfy { $0 > $1 })
    let step = LearningRateSchedule(shape: .step, warmup: 0, floor: 0.3, patience: 3)
    #expect([0, 40, 80].map { step.factor($0, of: 100) } == [1, 0.5, 0.3])
  }

  /// Halved after every three validations in a row that are not better than the best.
  @Test func plateausHalveTheRate() {
    let plateau = LearningRateSchedule(shape: .plateau, warmup: 0, floor: 0.3, patience: 3)
    func factor(_ validation: [Double]) -> Double {
      plateau.factor(validation.count - 1, of: 100, validation: validation)
    }
    #expect(factor([5, 4, 3, 3, 4]) == 1)
    #expect(factor([5, 4, 3, 3, 4, 5]) == 0.5)
    #expect(factor([5, 4, 3, 3, 4, 5, 2, 3]) == 0.5)
    #expect(factor([5, 4, 3, 3, 4, 5, 6, 7, 8]) == 0.3)
  }
}
