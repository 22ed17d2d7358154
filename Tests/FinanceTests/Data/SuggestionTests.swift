import Finance
import Testing

@Suite struct SuggestionTests {
  let names = ["SP500", "UST2Y", "UST10Y", "GOLD", "WTI"]

  @Test(arguments: [
    ("SP50", "SP500"), ("sp500", "SP500"), ("UST01Y", "UST10Y"), ("GLOD", "GOLD"), ("WTO", "WTI"),
    ("UTS2Y", "UST2Y"),
  ])
  func findsTheNameThatWasMeant(_ typed: String, meant: String) {
    #expect(Suggestion.closest(to: typed, among: names) == meant)
  }

  @Test(arguments: ["EURUSD", "X", "", "SILVER"])
  func suggestsNothingFarAway(_ typed: String) {
    #expect(Suggestion.closest(to: typed, among: names) == nil)
    #expect(Suggestion.sentenceEnd(for: typed, among: names) == ".")
  }

  @Test func endsTheSentence() {
    #expect(Suggestion.sentenceEnd(for: "GLOD", among: names) == "; did you mean 'GOLD'?")
  }
}
