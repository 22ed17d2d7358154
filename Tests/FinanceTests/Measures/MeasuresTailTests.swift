import Autodiff
@testable import Finance
import Foundation
import Testing

@Suite struct MeasuresTailTests {
  let losses = goldenReturns.map { -$0 }

  @Test func conditionalValueAtRiskMatchesItsGoldenValues() {
    let five = Measures.conditionalValueAtRisk(losses: losses, level: 0.95)
    #expect(abs(five / 0.013030552646249199 - 1) < 1e-14)
    let fractional = Measures.conditionalValueAtRisk(losses: losses, level: 0.925)
    #expect(abs(fractional / 0.012782472375040063 - 1) < 1e-14)
  }

  @Test func entropicValueAtRiskMatchesItsGoldenValue() {
    let value = Measures.entropicValueAtRisk(losses: losses, level: 0.95)
    #expect(abs(value / 0.01335070320363629 - 1) < 1e-13)
  }

  /// The definition by minimisation: `min_v v + Σ max(ℓ − v, 0) / ((1 − β) T)`, over v in the losses.
  @Test(arguments: [0.0, 0.3, 0.5, 0.77, 0.9, 0.95, 0.99, 0.999])
  func conditionalValueAtRiskSolvesItsMinimisation(_ level: Double) {
    let value = Measures.conditionalValueAtRisk(losses: losses, level: level)
    var minimum = Double.infinity
    for v in losses {
      var excess = 0.0
      for loss in losses { excess += max(loss - v, 0) }
      minimum = min(minimum, v + excess / ((1 - level) * 100))
    }
    #expect(abs(value - minimum) < 1e-15)
  }

  /// The definition by minimisation over z, on a fine grid.
  @Test(arguments: [0.1, 0.5, 0.9, 0.95, 0.98]) func entropicValueAtRiskIsTheInfimum(
    _ level: Double
  ) {
    let value = Measures.entropicValueAtRisk(losses: losses, level: level)
    var best = Double.infinity
    for step in 0..<4000 {
      let z = exp(Double(step) / 4000 * 10)
      let moment = losses.reduce(0) { $0 + exp(z * $1) } / 100
      best = min(best, log(moment / (1 - level)) / z)
    }
    #expect(value <= best + 1e-15)
    #expect(abs(value / best - 1) < 1e-5)
    #expect(value >= Measures.conditionalValueAtRisk(losses: losses, level: level))
    #expect(value <= losses.max() ?? 0)
  }

  @Test(arguments: [0.5, 0.9, 0.95, 0.99]) func measuresMoveAndScaleWithTheLosses(_ level: Double) {
    let moved = losses.map { 4 * $0 + 1 }
    for measure in [
      Measures.conditionalValueAtRisk(losses:level:), Measures.entropicValueAtRisk(losses:level:),
    ] {
      #expect(abs(measure(moved, level) - (4 * measure(losses, level) + 1)) < 1e-13)
      #expect(measure(losses.reversed(), level) == measure(losses, level) || level < 0.99)
    }
  }

  @Test func smallSamplesAndTies() {
    #expect(Measures.conditionalValueAtRisk(losses: [], level: 0.95).isNaN)
    #expect(Measures.entropicValueAtRisk(losses: [], level: 0.95).isNaN)
    #expect(Measures.conditionalValueAtRisk(losses: [3, 1], level: 0.95) == 3)
    #expect(Measures.entropicValueAtRisk(losses: [3, 1], level: 0.95) == 3)
    #expect(Measures.entropicValueAtRisk(losses: [2, 2, 2], level: 0.5) == 2)
    #expect(Measures.entropicValueAtRisk(losses: [3, 3, 1, 1], level: 0.5) == 3)
    #expect(Measures.entropicValueAtRisk(losses: [1, 3], level: 0) == 2)
    #expect(Measures.conditionalValueAtRisk(losses: [1, 2, 3], level: 0) == 2)
  }

  /// 1 − .9 is not a tenth in binary; the tail of 10 must still be one observation.
  @Test func wholeTailsAreWhole() {
    let losses = (1...20).map(Double.init)
    #expect(Measures.conditionalValueAtRisk(losses: losses, level: 0.9) == 19.5)
    #expect(Measures.conditionalValueAtRisk(losses: losses, level: 0.95) == 20)
  }

  /// Weights at the infimum sum to one, have the entropy −ln(1 − β) and give the value: also for tails that
  /// are nearly all losses, nearly the largest alone, or tell the two largest apart by little.
  @Test(arguments: [1e-9, 0.001, 0.5, 0.95, 0.98999, 0.9899999])
  func entropicWeightsHaveTheirEntropy(_ level: Double) {
    var close = losses
    close[7] = (losses.max() ?? 0) * (1 - 1e-9)
    for sample in [losses, close] {
      let tail = EntropicTail(sample, level: level)
      #expect(abs(tail.weights.reduce(0, +) - 1) < 1e-14)
      let entropy = tail.weights.reduce(0) { $1 > 0 ? $0 + $1 * log($1 * 100) : $0 }
      #expect(tail.temperature > 0)
      #expect(abs(entropy / -log1p(-level) - 1) < max(1e-9, 1e-15 / level))
      let mean = zip(tail.weights, sample).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(tail.value - mean) < 1e-9 * (sample.max() ?? 0))
    }
  }

  /// A tail of less than one loss is the largest, and what is equal to it.
  @Test func entropicTailsEndAtTheLargestLoss() {
    for (sample, weights) in [([1, 5, 2], [0, 1, 0]), ([5, 1, 5, 2], [0.5, 0, 0.5, 0])] {
      let tail = EntropicTail(sample.map(Double.init), level: 0.8)
      #expect(tail.temperature == 0 && tail.value == 5 && tail.weights == weights)
    }
    #expect(EntropicTail([1, 5, 2], level: 0).temperature == .infinity)
  }
}
