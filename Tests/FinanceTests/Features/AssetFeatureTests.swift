import Finance
import Testing

@Suite struct AssetFeatureTests {
  static let all: [(feature: AssetFeature, text: String, rows: Int)] = [
    (.logReturn(5), "logReturn(5)", 5), (.volatility(20), "volatility(20)", 20),
    (.momentum(21), "momentum(21)", 60), (.momentum(252), "momentum(252)", 252),
    (.drawdown(126), "drawdown(126)", 126),
    (.volatilityRatio(20, 250), "volatilityRatio(20,250)", 250),
    (.relativeVolatility(60), "relativeVolatility(60)", 60), (.skewness(60), "skewness(60)", 60),
    (.marketCorrelation(60), "marketCorrelation(60)", 60),
    (.correlation("A, B", 60), "correlation(A, B,60)", 60),
    (.fractionalDifference(.fixed(0.4), 100), "fractionalDifference(0.4,100)", 100),
    (.fractionalDifference(.smallestStationary, 50), "fractionalDifference(adf,50)", 50),
  ]

  @Test(arguments: all.indices) func textsReadAndPrintBack(_ index: Int) throws {
    let (feature, text, rows) = Self.all[index]
    #expect(try AssetFeature(text) == feature)
    #expect(feature.description == text)
    #expect(feature.requiredRows == rows)
  }

  @Test func blanksDoNotCount() throws {
    #expect(try AssetFeature(" volatilityRatio ( 20 , 250 ) ") == .volatilityRatio(20, 250))
  }

  static let forms =
    "Accepted: logReturn(h), volatility(h), momentum(h), drawdown(h), volatilityRatio(a,b), "
    + "relativeVolatility(h), skewness(h), marketCorrelation(h), correlation(ASSET,h), "
    + "fractionalDifference(d|adf,K)."

  @Test(arguments: [
    ("volatlity(20)", "unknown name 'volatlity'; did you mean 'volatility'? \(forms)"),
    ("zscore(20)", "unknown name 'zscore'. \(forms)"),
    ("momentum", "expected the form name(…). \(forms)"),
    ("momentum(21", "expected the form name(…). \(forms)"),
    ("momentum()", "expected the form momentum(h)."),
    ("volatilityRatio(20)", "expected the form volatilityRatio(a,b)."),
    (
      "momentum(21,3)",
      "'21,3' is not a number of rows; expected an integer from 1 to 100000."
    ),
    (
      "momentum(x)", "'x' is not a number of rows; expected an integer from 1 to 100000."
    ),
    (
      "fractionalDifference(3,10)",
      "'3' is not an order; expected a number above 0 and up to 2, or adf."
    ),
    (
      "volatility(1)", "'1' is not a number of rows; expected an integer from 2 to 100000."
    ),
    (
      "logReturn(99999999999999999999)",
      "'99999999999999999999' is not a number of rows; expected an integer from 1 to 100000."
    ),
  ])
  func faultsSayWhatIsAccepted(_ text: String, problem: String) {
    let error = #expect(throws: FeatureError.self) { try AssetFeature(text) }
    #expect(error?.description == "feature '\(text)': \(problem)")
  }
}
