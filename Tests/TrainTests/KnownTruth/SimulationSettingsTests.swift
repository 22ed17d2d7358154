import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct SimulationSettingsTests {
  private func settings(_ text: String) throws -> SimulationSettings {
    try ConfigDocument(parsing: text, file: "simulation.json")
      .decode { SimulationSettings($0) }.value
  }

  @Test(arguments: [100, 101, 102, 103, 104, 20_000])
  func theFirstTestIsOnItsDate(_ days: Int) throws {
    let (data, truth) = try settings("{\"days\": \(days), \"testDays\": 30}").simulate()
    #expect(data.dates.count == days + 31)
    #expect(data.dates[days].description == "2020-01-01")
    #expect(truth.states.count == days + 30)
  }

  /// Row t + 1 of the data has the return of row t of the truth.
  @Test func theTruthBelongsToTheReturns() throws {
    let (data, truth) = try settings("{\"market\": \"sectors\", \"days\": 400}").simulate()
    var (own, shifted) = (0.0, 0.0)
    for t in 0..<400 {
      for i in 0..<50 {
        own += data.returns[t + 1, i] * truth.means[t, i]
        shifted += data.returns[t + 1, i] * truth.means[(t + 200) % 400, i]
      }
    }
    #expect(own > shifted)
  }

  @Test func shufflingKeepsTheValuesAndLosesTheirMeaning() throws {
    let plain = try settings("{\"market\": \"usim7s\"}").simulate()
    let shuffled = try settings(
      "{\"market\": \"usim7s\", \"shuffledIndicator\": true}"
    ).simulate()
    #expect(shuffled.data.returns == plain.data.returns)
    let (a, b) = (plain.data.indicators.column(0), shuffled.data.indicators.column(0))
    #expect(a[0].isNaN && b[0].isNaN)
    #expect(a[1...].sorted() == b[1...].sorted())
    func difference(_ values: [Double]) -> Double {
      var sums = [(0.0, 0.0), (0.0, 0.0)]
      for (t, state) in plain.truth.states.enumerated() {
        sums[state].0 += values[t + 1]
        sums[state].1 += 1
      }
      return sums[1].0 / sums[1].1 - sums[0].0 / sums[0].1
    }
    #expect(abs(difference(a) - 1) < 0.1)
    #expect(abs(difference(b)) < 0.1)
  }

  @Test func whatDoesNotFitIsRefused() {
    #expect(throws: ConfigError.self) {
      try settings("{\"market\": \"usim7\", \"shuffledIndicator\": true}")
    }
    #expect(throws: ConfigError.self) { try settings("{\"market\": \"sectors\", \"noise\": 3}") }
  }
}
