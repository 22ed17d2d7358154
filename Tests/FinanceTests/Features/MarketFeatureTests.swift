import Finance
import Testing

@Suite struct MarketFeatureTests {
  static let all: [(feature: MarketFeature, text: String, rows: Int)] = [
    (.indicator("VIX"), "indicator(VIX)", 0),
    (.indicatorChange("TERM_10Y_3M", 63), "indicatorChange(TERM_10Y_3M,63)", 63),
    (.indicatorChange("a, b", 2), "indicatorChange(a, b,2)", 2),
    (.meanCorrelation(60), "meanCorrelation(60)", 60),
    (.zScore("VIX", 250), "zScore(VIX,250)", 249),
    (.spread("BAA", "AAA"), "spread(BAA,AAA)", 0),
    (.curvature("Y2Y", "Y5Y", "Y10Y"), "curvature(Y2Y,Y5Y,Y10Y)", 0),
    (.logRatio("RV21", "RV63"), "logRatio(RV21,RV63)", 0),
    (.calendar(.yearSine), "calendar(yearSine)", 0), (.calendar(.month), "calendar(month)", 0),
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
        + "indicatorChange(NAME,h), indicatorMean(NAME,h), meanCorrelation(h), zScore(NAME,h), "
        + "spread(NAME,NAME), curvature(SHORT,MIDDLE,LONG), logRatio(NAME,NAME), "
        + "calendar(yearSine|yearCosine|weekSine|weekCosine|month)."
    ),
    ("curvature(Y2Y,Y5Y)", "expected the form curvature(SHORT,MIDDLE,LONG)."),
    (
      "calendar(moth)",
      "no position 'moth'; did you mean 'month'? Accepted: yearSine, yearCosine, weekSine, "
        + "weekCosine, month."
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
