import Testing

@testable import Train

@Suite struct SearchGridTests {
  private static let space = [
    SearchParameter("kind", .choice(["a", "b"])),
    SearchParameter("width", .choice([1, 2, 3]), when: [.init(key: "kind", values: ["b"])]),
    SearchParameter("on", .choice([true, false])),
  ]

  private func text(_ combination: [(key: String, value: JSONValue)]) -> String {
    combination.map { "\($0.key)=\($0.value.text(.compact))" }.joined(separator: " ")
  }

  @Test func everyCombinationStandsInItOnce() throws {
    let grid = try #require(SearchGrid(Self.space, most: 8))
    #expect(
      grid.combinations.map(text) == [
        "kind=\"a\" on=true", "kind=\"a\" on=false",
        "kind=\"b\" width=1 on=true", "kind=\"b\" width=1 on=false",
        "kind=\"b\" width=2 on=true", "kind=\"b\" width=2 on=false",
        "kind=\"b\" width=3 on=true", "kind=\"b\" width=3 on=false",
      ])
  }

  @Test func thereIsNoneOfNumbersOrOfMoreThanTheTrials() {
    #expect(SearchGrid(Self.space, most: 7) == nil)
    #expect(SearchGrid(Self.space + [SearchParameter("rate", .uniform(0, 1))], most: 100) == nil)
    #expect(SearchGrid([], most: 100) == nil)
  }

  @Test func theSamplerTakesItInOrder() throws {
    let grid = try #require(SearchGrid(Self.space, most: 8))
    let sampler = SearchSampler(
      space: Self.space, grid: grid, good: 0.25, candidates: 8, seed: 1)
    let drawn = (0..<8).map { text(sampler.trial($0, after: [])) }
    #expect(drawn == grid.combinations.map(text))
  }

  /// All combinations are one batch, or halving would compare neighbours alone.
  @Test func aGridIsOneBatch() throws {
    let experiment = try SmallExperiment.experiment([
      "search.space={\"model.assetConstants\": {\"choice\": [true, false]}, "
        + "\"training.optimizer\": {\"choice\": [\"adamw\", \"sgd\"]}}",
      "search.batch=3",
    ])
    #expect(experiment.search.grid?.combinations.count == 4)
    #expect(experiment.search.trials == 4 && experiment.search.batch == 4)
  }

  /// A section holds keys that must be the same for all trials.
  @Test(arguments: ["training", "decisions", "execution", "objective"])
  func aWholeSectionIsRefused(_ key: String) {
    let error = #expect(throws: ConfigError.self) {
      try SmallExperiment.experiment([
        "search.space={\"\(key)\": {\"choice\": [{}, {}]}}"
      ])
    }
    #expect(
      error?.problems.contains {
        $0.message.contains("'\(key)' cannot be searched as a whole")
      } == true)
  }
}
