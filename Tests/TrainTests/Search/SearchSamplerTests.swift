import Autodiff
import Testing

@testable import Train

@Suite struct SearchSamplerTests {
  private static let space = [
    SearchParameter("rate", .log(1e-5, 1)),
    SearchParameter("width", .integer(1, 64)),
    SearchParameter("kind", .choice(["a", "b", "c"])),
    SearchParameter(
      "momentum", .uniform(0, 1), when: [.init(key: "kind", values: ["b", "c"])]),
  ]

  /// A bowl with its bottom at rate 1e-3, width 20, kind b, momentum 0.7.
  private static func loss(_ values: [String: JSONValue]) -> Double {
    let rate = Elementary.log((values["rate"]?.double ?? 1) / 1e-3) / 3
    let width = ((values["width"]?.double ?? 0) - 20) / 20
    let momentum = 2 * ((values["momentum"]?.double ?? 0) - 0.7)
    let kind = values["kind"] == "b" ? 0 : 1.0
    return rate * rate + width * width + momentum * momentum + kind
  }

  /// The least loss of `count` trials in batches of 8; without history every batch is a first one.
  private static func best(_ seed: Int, _ count: Int, remembers: Bool) -> Double {
    let sampler = SearchSampler(space: space, good: 0.15, candidates: 24, seed: seed)
    var history: [SearchSampler.Observation] = []
    while history.count < count {
      let known = remembers ? history : []
      history += (history.count..<history.count + 8).map { number in
        let values = Dictionary(
          uniqueKeysWithValues: sampler.trial(number, after: known).map { ($0.key, $0.value) })
        return SearchSampler.Observation(values: values, loss: loss(values))
      }
    }
    return history.compactMap(\.loss).min() ?? .infinity
  }

  @Test func findsTheBottomBetterThanChance() {
    let seeds = 1...15
    let guided = seeds.map { Self.best($0, 160, remembers: true) }.sorted()
    let blind = seeds.map { Self.best($0, 160, remembers: false) }.sorted()
    // Medians: several times closer to the bottom, which is 0.
    #expect(guided[7] < 0.25 * blind[7], "\(guided[7]) against \(blind[7])")
    #expect(guided[7] < 0.1)
  }

  @Test func aTrialIsAFunctionOfItsNumberAndTheHistory() {
    let sampler = SearchSampler(space: Self.space, good: 0.25, candidates: 24, seed: 3)
    let history = (0..<8).map { number in
      let values = Dictionary(
        uniqueKeysWithValues: sampler.trial(number, after: []).map { ($0.key, $0.value) })
      return SearchSampler.Observation(values: values, loss: number == 5 ? nil : Self.loss(values))
    }
    func text(_ sampler: SearchSampler, _ number: Int) -> String {
      sampler.trial(number, after: history).map { "\($0.key)=\($0.value.text(.compact))" }
        .joined(separator: " ")
    }
    #expect(text(sampler, 9) == text(sampler, 9))
    #expect(text(sampler, 9) != text(sampler, 10))
    let other = SearchSampler(space: Self.space, good: 0.25, candidates: 24, seed: 4)
    #expect(text(sampler, 9) != text(other, 9))
  }

  @Test func valuesStayInTheirRangesAndConditionsHold() {
    let sampler = SearchSampler(space: Self.space, good: 0.25, candidates: 8, seed: 1)
    var history: [SearchSampler.Observation] = []
    for number in 0..<200 {
      let values = Dictionary(
        uniqueKeysWithValues: sampler.trial(number, after: history).map { ($0.key, $0.value) })
      #expect((1e-5...1).contains(values["rate"]?.double ?? 0))
      #expect((1...64).contains(values["width"]?.int ?? 0))
      #expect((values["momentum"] != nil) == (values["kind"] != "a"))
      #expect((0...1).contains(values["momentum"]?.double ?? 0))
      // Every third one fails: the sampler lives with that.
      history.append(.init(values: values, loss: number % 3 == 0 ? nil : Self.loss(values)))
    }
  }

  @Test(arguments: [[], [0.5], [0, 1], [0.2, 0.2, 0.21, 0.9], [1, 1, 1]] as [[Double]])
  func theDensityIsOne(points: [Double]) {
    let density = ParzenDensity(points)
    let steps = 20_000
    let sum = (0..<steps).reduce(0) { $0 + density((Double($1) + 0.5) / Double(steps)) }
    #expect(abs(sum / Double(steps) - 1) < 1e-4)
    // Draws follow it: the mean of both agree.
    var generator = SplitMix64(seed: 9)
    let draws = (0..<20_000).map { _ in density.draw(&generator) }
    #expect(draws.allSatisfy { (0...1).contains($0) })
    let mean = (0..<steps).reduce(0.0) {
      let x = (Double($1) + 0.5) / Double(steps)
      return $0 + x * density(x) / Double(steps)
    }
    #expect(abs(draws.reduce(0, +) / Double(draws.count) - mean) < 0.01)
  }

  @Test func rungsMultiplyAndTheBestGoOn() {
    let schedule = HalvingSchedule(firstRung: 10, reduction: 3, epochs: 100)
    #expect(schedule.rungs.map(\.epochs) == [10, 30, 90, nil])
    #expect(schedule.survivors([0.3, 0.1, nil, 0.2, 0.1, 0.5, 0.4]) == [1, 3, 4])
    #expect(schedule.survivors([nil, nil]) == [])
    #expect(schedule.survivors([2]) == [0])
    let plain = HalvingSchedule(firstRung: 10, reduction: 1, epochs: 100)
    #expect(plain.rungs == [.whole])
    #expect(HalvingSchedule(firstRung: 100, reduction: 3, epochs: 100).rungs == [.whole])
  }

  @Test func importanceFindsWhatMatters() {
    var generator = SplitMix64(seed: 2)
    var trials: [SearchTrial] = []
    for number in 0..<60 {
      let (x, y) = (generator.uniform(), generator.uniform())
      var trial = SearchTrial(number, [("x", JSONValue(x)), ("y", JSONValue(y))])
      trial.losses = [(x - 0.4) * (x - 0.4)]
      trial.isComplete = true
      trials.append(trial)
    }
    let space = [SearchParameter("y", .uniform(0, 1)), SearchParameter("x", .uniform(0, 1))]
    let result = SearchResult(trials: trials, space: space)
    #expect(result.importance(of: space[1]) > 0.7)
    #expect(result.importance(of: space[0]) < 0.2)
    #expect(result.ranking.map(\.key) == ["x", "y"])
    #expect(
      SearchResult(trials: Array(trials.prefix(5)), space: space).importance(of: space[0]).isNaN)
  }
}
