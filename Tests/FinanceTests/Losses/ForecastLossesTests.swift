import Autodiff
import Finance
import TestSupport
import Testing

@Suite struct ForecastLossesTests {
  @Test("Volatility losses differentiate", arguments: VolatilityForecastLoss.allCases)
  func volatilityLossesDifferentiate(_ loss: VolatilityForecastLoss) {
    let σ = Tensor([0.8, 1.1, 0.5, 1.4], shape: [2, 2])
    let v = Tensor([0.5, 1, 0, 2], shape: [2, 2])
    expectGradients(of: [σ]) { loss($0[0], realized: $0[0].tape.constant(v)) }
  }

  @Test func volatilityLossesHaveTheirPlainValues() {
    let tape = Tape()
    let σ = tape.constant(Tensor([1, 2], shape: [2]))
    let v = tape.constant(Tensor([1, 3], shape: [2]))
    // m = 2: ½ (1 + ln ½ + ¾ + ln 2) = ⅞; ½ (0 + (3 − 4)²) / 4 = ⅛.
    let tolerance = 8 * Scalar.ulpOfOne
    #expect(abs(VolatilityForecastLoss.qlike(σ, realized: v).item - 0.875) < tolerance)
    #expect(abs(VolatilityForecastLoss.squaredError(σ, realized: v).item - 0.125) < tolerance)
  }

  /// A variance that is not known (NaN) does not count, nor has its forecast a gradient.
  @Test("Unknown variances do not count", arguments: VolatilityForecastLoss.allCases)
  func unknownVariancesDoNotCount(_ loss: VolatilityForecastLoss) {
    let tape = Tape()
    let σ = tape.variable(Tensor([0.8, 7, 1.1, 0.5], shape: [4]))
    let value = loss(σ, realized: tape.constant(Tensor([0.5, .nan, 1, 2], shape: [4])))
    let fewer = loss(
      tape.constant(Tensor([0.8, 1.1, 0.5], shape: [3])),
      realized: tape.constant(Tensor([0.5, 1, 2], shape: [3])))
    #expect(value.item == fewer.item)
    tape.backward(from: value)
    #expect(tape.gradient(of: σ).elements.map { $0 == 0 } == [false, true, false, false])
    expectGradients(of: [Tensor([0.8, 1.1], shape: [2])]) {
      loss($0[0], realized: $0[0].tape.constant(Tensor([.nan, 1.3], shape: [2])))
    }
  }

  /// Of constant forecasts the root mean square is best, by either loss.
  @Test("The best constant forecast is the truth", arguments: VolatilityForecastLoss.allCases)
  func theBestForecastIsTheTruth(_ loss: VolatilityForecastLoss) {
    let v = Tensor([0.5, 1, 0, 2.5], shape: [4])
    let tape = Tape()
    func value(_ σ: Scalar) -> Scalar {
      loss(tape.constant(Tensor(repeating: σ, shape: [4])), realized: tape.constant(v)).item
    }
    #expect(value(1) < value(0.95) && value(1) < value(1.05))
  }

  @Test func crossEntropyIsTheLogLikelihood() {
    let tape = Tape()
    let loss = CrossEntropyLoss()
    // −½ (ln ½ + ln ¾) for probabilities ½ and ¾ of events that happened; one is not known.
    let z = tape.constant(Tensor(converting: [0, 1.0986122886681098, 5], shape: [3]))
    let value = Double(loss(z, events: [1, 1, .nan]).item)
    #expect(abs(value - 0.49041462650586312) < 4 * Double(Scalar.ulpOfOne))
    expectGradients(of: [Tensor([-2, 0.5, 3, 1], shape: [4])]) {
      loss($0[0], events: [0, 1, 0.5, .nan])
    }
    // Large logits do not overflow.
    let extreme = loss(tape.constant(Tensor([1000, -1000], shape: [2])), events: [1, 0]).item
    #expect(extreme == 0)
  }

  private static let correlations = Tensor(
    converting: [1, 0.5, 0.5, 1, 1, -0.2, -0.2, 1], shape: [2, 2, 2])
  private static let shocks = Tensor(
    converting: [1, 1, 1, -1, 0.3, -2, 0.7, 0.1], shape: [2, 2, 2])

  @Test func correlationsHaveTheGaussianLikelihood() throws {
    let tape = Tape()
    let loss = try CorrelationForecastLoss()(
      tape.constant(Self.correlations).slice(0..<1), shocks: tape.constant(Self.shocks).slice(0..<1)
    )
    // det R = ¾; zᵀR⁻¹z is 4/3 for (1, 1) and 4 for (1, −1): ½ (ln ¾ + 8/3).
    #expect(abs(Double(loss.item) - 1.1894922971074428) < 16 * Double(Scalar.ulpOfOne))
    try expectGradients(of: [Self.correlations, Self.shocks]) { inputs in
      try CorrelationForecastLoss()(inputs[0], shocks: inputs[1])
    }
  }

  /// Of all constant correlations that of the shocks is best.
  @Test func theBestCorrelationIsThatOfTheShocks() throws {
    let tape = Tape()
    // Two shocks (1, 1), two (1, −1), four (−1, −1): variances 1, correlation ½.
    let shocks = tape.constant(
      Tensor([1, 1, 1, 1, -1, -1, -1, -1, 1, 1, -1, -1, -1, -1, -1, -1], shape: [1, 2, 8]))
    func value(_ ρ: Scalar) throws -> Scalar {
      let correlations = tape.constant(Tensor([1, ρ, ρ, 1], shape: [1, 2, 2]))
      return try CorrelationForecastLoss()(correlations, shocks: shocks).item
    }
    let (best, below, above) = (try value(0.5), try value(0.45), try value(0.55))
    #expect(best < below && best < above)
    let singular = tape.constant(Tensor([1, 1, 1, 1], shape: [1, 2, 2]))
    #expect(throws: FactorizationError.self) {
      try CorrelationForecastLoss()(singular, shocks: shocks)
    }
  }

  @Test func returnsAreJudgedInStandardErrors() {
    let tape = Tape()
    let σ = Tensor(converting: [0.02, 0.03], shape: [1, 2])
    let realized = [0.02, 0.04]
    let loss = ReturnForecastLoss(horizon: 5)
    // Errors of one standard deviation of a row each, over means of five rows.
    let value = loss(
      tape.constant(Tensor(converting: [0, 0.01], shape: [1, 2])), realized: realized,
      volatilities: tape.constant(σ))
    #expect(abs(Double(value.item) - 5) < 64 * Double(Scalar.ulpOfOne))
    expectGradients(of: [Tensor(converting: [0.4, -0.3], shape: [1, 2])]) {
      loss(
        $0[0], realized: [0.2, 0.1],
        volatilities: $0[0].tape.constant(Tensor([1, 2], shape: [1, 2])))
    }
  }
}
