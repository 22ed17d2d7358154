import Finance
import Testing

@Suite struct MarketFeatureTests {
  static let all: [(feature: MarketFeature, text: String, rows: Int)] = [
    (.indicator("VIX"), "indicator(VIX)", 0),
    (.indicatorChange("TERM_10Y_3M", 63), "indicatorChange(TERM_10Y_3M,63)", 63),
    (.indicatorChange("a, b", 2), "indicatorChange(a, b,2)", 2),
    (.meanCorrelation(60), "meanCorrelation(60)", 60),
  ]

  @Test(arguments: all.indices) func textsReadAndPrintBack(_ index: Int) throws {
    let (feature, text, rows) = Self.all[index]
    #expect(try MarketFeature(text) == feature)
    #expect(feature.description == text)
    #expect(feature.requiredRows == rows)
  }

  @Test(arguments: [
    (
      "indicators(VIX)",
      "unknown name 'indicators'; did you mean 'indicator'? Accepted: indicator(NAME), "
        + "indicatorChange(NAME,h), indicatorMean(NAME,h), meanCorrelation(h)."
    ),
    ("indicatorChange(VIX)", "expected the form indicatorChange(NAME,h)."),
    (
      "meanCorrelation(2)",
      "'2' is not a number of rows; expected an integer from 3 to 100000."
    ),
  ])
  func faultsSayWhatIsAccepted(_ text: String, problem: String) {
    let error = #expect(throws: FeatureError.self) { try MarketFeature(text) }
    #expect(error?.description == "feature '\(text)': \(problem)")
  }
}
