import Autodiff
import Finance
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct LossTests {
  /// `r_t = .01 sin(.7548776662 (t+1)) + .004 cos(.5698402910 (t+1)) − .0002`, t = 0…99.
  static let series = Tensor(
    converting: (1...100).map { step -> Double in
      let t = Double(step)
      return 0.01 * sin(0.7548776662 * t) + 0.004 * cos(0.5698402910 * t) - 0.0002
    }, shape: [100])

  private func value(_ loss: (Variable) -> Variable, _ x: Tensor = series) -> Double {
    Double(loss(Tape().constant(x)).item)
  }

  private let tolerance = MemoryLayout<Scalar>.size == 8 ? 1e-12 : 1e-5

  @Test func sharpeHasItsGoldenValue() {
    let sharpe = SharpeLoss(periodsPerYear: 252)
    #expect(abs(value { sharpe($0) } - 0.3480653486962166) < tolerance)
  }

  @Test func sharpeIsInvariantToScaleAndOddInSign() {
    let sharpe = SharpeLoss(periodsPerYear: 52)
    let scaled = Tensor(Self.series.elements.map { 3 * $0 })
    let negated = Tensor(Self.series.elements.map { -$0 })
    let base = value { sharpe($0) }
    #expect(abs(value({ sharpe($0) }, scaled) - base) < tolerance)
    #expect(abs(value({ sharpe($0) }, negated) + base) < tolerance)
  }

  @Test func sharpeGradientMatchesDifferences() {
    let sharpe = SharpeLoss(periodsPerYear: 252)
    let x = Tensor(Self.series.elements.map { 100 * $0 })
    expectGradients(of: [x]) { sharpe($0[0]) }
  }

  @Test func cdarHasItsGoldenValue() {
    #expect(abs(value { CDaRLoss(level: 0.95)($0) } - 0.050477523311152) < tolerance)
  }

  @Test func cdarGradientMatchesDifferences() {
    let x = Tensor(Self.series.elements.map { 100 * $0 })
    for level in [0, 0.5, 0.925, 0.95, 0.999] {
      expectGradients(of: [x], "level \(level)") { CDaRLoss(level: level)($0[0]) }
    }
  }

  @Test func cdarOfRisingPricesIsZeroAndOfOneFallTheFall() {
    #expect(value({ CDaRLoss()($0) }, Tensor([0.1, 0.2, 0.1])) == 0)
    #expect(abs(value({ CDaRLoss(level: 0.99)($0) }, Tensor([0.5, -0.25, 0])) - 0.25) < tolerance)
    #expect(abs(value({ CDaRLoss(level: 0.99)($0) }, Tensor([-0.25])) - 0.25) < tolerance)
  }

  /// The mean of all drawdowns is CDaR at level 0; the largest is its limit at level 1.
  @Test func cdarLiesBetweenMeanAndMaximum() {
    #expect(abs(value { CDaRLoss(level: 0)($0) } - 0.027615179276463078) < tolerance)
    #expect(abs(value { CDaRLoss(level: 0.9999)($0) } - 0.05262405915172789) < tolerance)
  }

  private func series100() -> Tensor { Tensor(Self.series.elements.map { 100 * $0 }) }

  @Test func cvarHasItsGoldenValues() {
    #expect(abs(value { CVaRLoss(level: 0.95)($0) } - 0.013030552646249199) < tolerance)
    #expect(abs(value { CVaRLoss(level: 0.925)($0) } - 0.012782472375040063) < tolerance)
  }

  /// The step of central differences in single precision would carry observations over the edge of
  /// the tail, where CVaR has a kink.
  @Test(.enabled(if: MemoryLayout<Scalar>.size == 8), arguments: [0, 0.5, 0.925, 0.95])
  func cvarGradientMatchesDifferences(_ level: Double) {
    expectGradients(of: [series100()]) { CVaRLoss(level: level)($0[0]) }
  }

  @Test func maximumDrawdownHasItsGoldenValue() {
    #expect(abs(value { MaximumDrawdownLoss()($0) } - 0.05262405915172789) < tolerance)
    expectGradients(of: [series100()]) { MaximumDrawdownLoss()($0[0]) }
    #expect(value({ MaximumDrawdownLoss()($0) }, Tensor([0.1, 0.2])) == 0)
    #expect(value({ MaximumDrawdownLoss()($0) }, Tensor([.nan])).isNaN)
  }

  /// Equal returns r grow at A ln(1 + r); a fall to nothing is infinitely bad.
  @Test func logUtilityIsTheGrowthRate() {
    let constant = Tensor(repeating: 0.01, shape: [8])
    #expect(
      abs(value({ LogUtilityLoss(periodsPerYear: 12)($0) }, constant) + 12 * log1p(0.01))
        < tolerance)
    #expect(value({ LogUtilityLoss(periodsPerYear: 1)($0) }, Tensor([-1])) == .infinity)
    expectGradients(of: [Self.series]) { LogUtilityLoss(periodsPerYear: 252)($0[0]) }
  }

  @Test func meanVarianceFollowsFromTheGoldenMoments() {
    let (mean, deviation) = (-1.6809070289799808e-4, 0.007666253464804859)
    let expected = -252 * (mean - 0.5 * 4 * deviation * deviation)
    let loss = MeanVarianceLoss(periodsPerYear: 252, riskAversion: 4)
    #expect(abs(value { loss($0) } - expected) < tolerance)
    // One period a year keeps the value, and so the differences' rounding, near one.
    let unscaled = MeanVarianceLoss(periodsPerYear: 1, riskAversion: 4)
    expectGradients(of: [series100()]) { unscaled($0[0]) }
  }

  @Test func sortinoAgreesWithItsMeasure() {
    let loss = SortinoLoss(periodsPerYear: 252)
    let returns = Self.series.elements.map { Double($0) }
    let measure = Measures.sortinoRatio(returns, periodsPerYear: 252)
    #expect(abs(value { loss($0) } + measure) < (tolerance < 1e-9 ? 1e-12 : 1e-4))
    expectGradients(of: [series100()]) { loss($0[0]) }
  }

  /// By the definition, with Python's floating-point numbers.
  @Test func conditionalSharpeHasItsGoldenValue() {
    let loss = ConditionalSharpeLoss(periodsPerYear: 252, level: 0.95)
    #expect(abs(value { loss($0) } - 0.20477697745144854) < tolerance * 10)
    expectGradients(of: [series100()]) {
      ConditionalSharpeLoss(periodsPerYear: 1, level: 0.955)($0[0])
    }
    // A tail that gains is no risk.
    #expect(value({ loss($0) }, Tensor([0.01, 0.02])).isNaN)
  }

  /// By golden-section search over z in Python.
  @Test func entropicRiskHasItsGoldenValue() {
    #expect(abs(value { EntropicLoss(level: 0.95)($0) } - 0.01335070320363629) < tolerance * 10)
    for level in [0, 0.5, 0.95] {
      expectGradients(of: [series100()], "level \(level)") { EntropicLoss(level: level)($0[0]) }
    }
    #expect(
      value { EntropicLoss(level: 0.95)($0) } > value { CVaRLoss(level: 0.95)($0) })
    // A tail of less than one observation is the worst one.
    #expect(abs(value({ EntropicLoss(level: 0.9)($0) }, Tensor([0.5, -0.25])) - 0.25) < tolerance)
  }

  @Test func turnoverPenaltiesFollowTheirFormula() {
    let trades = Tensor([0.3, -0.2, 0.004, -0.1, 0.05, 0.001], shape: [2, 3])
    func penalty(_ shape: TurnoverPenalty.Shape) -> Double {
      value({ TurnoverPenalty(shape: shape, threshold: 0.01)($0) }, trades)
    }
    #expect(abs(penalty(.l1) - 0.655 / 2) < tolerance)
    #expect(abs(penalty(.l2) - (0.09 + 0.04 + 16e-6 + 0.01 + 0.0025 + 1e-6) / 2) < tolerance)
    let huber = 0.3 + 0.2 + 0.1 + 0.05 - 4 * 0.005 + (16e-6 + 1e-6) / 0.02
    #expect(abs(penalty(.huber) - huber / 2) < tolerance)
    for shape in TurnoverPenalty.Shape.allCases {
      let scaled = Tensor(trades.elements.map { 10 * $0 }, shape: [2, 3])
      expectGradients(of: [scaled], "\(shape)") {
        TurnoverPenalty(shape: shape, threshold: 0.7)($0[0])
      }
    }
    let still = Tensor(repeating: 0, shape: [2, 3])
    expectGradients(of: [still]) { TurnoverPenalty(shape: .huber)($0[0]) }
  }
}
