import Finance
import Testing

@Suite struct MeasuresDrawdownTests {
  @Test func uncompoundedMeasuresMatchTheirGoldenValues() {
    let r = goldenReturns
    let cdar = Measures.conditionalDrawdownAtRisk(r, level: 0.95, .uncompounded)
    #expect(abs(cdar / 0.050477523311152 - 1) < 1e-12)
    #expect(abs(Measures.maximumDrawdown(r, .uncompounded) / 0.05262405915172789 - 1) < 1e-13)
    #expect(abs(Measures.averageDrawdown(r, .uncompounded) / 0.027615179276463078 - 1) < 1e-13)
    #expect(abs(Measures.ulcerIndex(r, .uncompounded) / 0.03052474964125324 - 1) < 1e-13)
  }

  @Test func compoundedConditionalDrawdownMatchesItsGoldenValue() {
    let cdar = Measures.conditionalDrawdownAtRisk(goldenReturns, level: 0.95, .compounded)
    #expect(abs(cdar / 0.051511154204153836 - 1) < 1e-12)
  }

  @Test func theStartIsAPeak() {
    #expect(Measures.drawdowns([-0.5, 0.5], .compounded) == [0.5, 0.25])
    #expect(Measures.drawdowns([-0.5, 0.25, 1], .uncompounded) == [0.5, 0.25, 0])
  }

  @Test func risingSeriesHaveNoDrawdown() {
    for kind in [Measures.Accumulation.compounded, .uncompounded] {
      #expect(Measures.maximumDrawdown([0.1, 0, 0.2], kind) == 0)
      #expect(Measures.conditionalDrawdownAtRisk([0.1, 0, 0.2], level: 0.95, kind) == 0)
      #expect(Measures.maximumDrawdown([], kind).isNaN)
      #expect(Measures.averageDrawdown([], kind).isNaN)
      #expect(Measures.ulcerIndex([], kind).isNaN)
    }
  }

  @Test func measuresOrderAsTheyMust() {
    let r = goldenReturns
    for kind in [Measures.Accumulation.compounded, .uncompounded] {
      let cdar = [0, 0.5, 0.9, 0.999].map {
        Measures.conditionalDrawdownAtRisk(r, level: $0, kind)
      }
      #expect(cdar == cdar.sorted())
      #expect(abs(cdar[0] - Measures.averageDrawdown(r, kind)) < 1e-15)
      #expect(cdar[3] == Measures.maximumDrawdown(r, kind))
      #expect(Measures.ulcerIndex(r, kind) >= Measures.averageDrawdown(r, kind))
    }
  }
}
