import Autodiff
import Finance
import Testing

@testable import Train

@Suite struct SimulationTests {
  private static let history = KnownTruth.regimes.process.path(
    0, rows: 1500, generator: SplitMix64(seed: 2))

  private func experiment(_ model: MarketModel) throws -> MonteCarlo {
    MonteCarlo(
      simulator: try model.simulator(Self.history).simulator, rule: InverseVolatility(),
      schedule: .monthly, estimator: SampleCovariance(window: 20), rows: 252,
      costs: [Double](repeating: 0.001, count: 7), from: CalendarDate(days: 0))
  }

  @Test(arguments: MarketModel.allCases)
  func theNumberOfThreadsChangesNothing(model: MarketModel) throws {
    let experiment = try experiment(model)
    let root = SplitMix64(seed: 3)
    let one = try Simulation(experiment, paths: 60, generator: root, threads: 1)
    let three = try Simulation(experiment, paths: 60, generator: root, threads: 3)
    #expect(one.outcomes == three.outcomes && one.outcomes.count == 60)
    let bands = one.bands
    #expect(bands.count == 13 && bands[0].mean == 1)
    for band in bands {
      #expect(zip(band.quantiles, band.quantiles.dropFirst()).allSatisfy { $0 <= $1 })
    }
    #expect(one.csv.text.hasPrefix("row,mean,q0.05,q0.25,q0.50,q0.75,q0.95\n0,1,1,1,1,1,1\n21,"))
    #expect(one.table.contains("probability of a loss"))
  }

  @Test func theFirstFailureIsReported() throws {
    struct Failing: DecisionRule {
      let name = "failing"
      let requiredRows = 0
      struct Fault: Error, CustomStringConvertible { let description = "no answer" }
      func weights(at point: DecisionPoint) throws -> [Double] { throw Fault() }
    }
    let experiment = MonteCarlo(
      simulator: KnownTruth.constant.process, rule: Failing(), schedule: .monthly,
      estimator: SampleCovariance(window: 20), rows: 252,
      costs: [Double](repeating: 0, count: 7), from: CalendarDate(days: 0))
    let error = #expect(throws: ExperimentError.self) {
      try Simulation(experiment, paths: 60, generator: SplitMix64(seed: 3), threads: 2)
    }
    #expect(error?.description == "simulate, path 0: no answer")
  }
}
