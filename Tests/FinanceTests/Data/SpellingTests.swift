import Testing

import Finance

@Suite struct SpellingTests {
  static let keys = ["learningRate", "weightDecay", "seed", "epochs", "lag", "output"]

  @Test(arguments: [
    ("learningrte", "learningRate"), ("learning_rate", "learningRate"), ("sede", "seed"),
    ("epoch", "epochs"), ("eopchs", "epochs"), ("lags", "lag"), ("LEARNING-RATE", "learningRate"),
  ])
  func findsTheNearestName(typed: String, meant: String) {
    #expect(Spelling.nearest(to: typed, among: Self.keys) == meant)
  }

  @Test(arguments: ["momentum", "x", "", "batch", "input2"])
  func offersNothingWhenNothingIsNear(typed: String) {
    #expect(Spelling.nearest(to: typed, among: Self.keys) == nil)
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("kitten", "sitting", 3), ("ab", "ba", 1),
    ("abcd", "acbd", 1), ("ca", "abc", 3),
  ])
  func distanceCountsEdits(a: String, b: String, distance: Int) {
    #expect(Spelling.distance(Array(a), Array(b)) == distance)
    #expect(Spelling.distance(Array(b), Array(a)) == distance)
  }
}
