import Autodiff
import Finance
import Train

/// Risk parity, decided every month by the covariance of 60 days, over five years of simulated days of
/// four assets; the models are estimated on 5,000 rows of a market with two regimes.
enum MonteCarloWorkload: Workload {
  static let name = "monte-carlo"
  static let summary = "10,000 paths of a five-year monthly risk-parity portfolio of 4 assets"
  static let cases = MarketModel.allCases.map(\.rawValue)

  /// Paths that are timed; the result is for 10,000.
  private static let paths = 2000

  static func run(_ options: Options) throws -> Report {
    var report = Report()
    let root = SplitMix64(seed: 64)
    let market = KnownTruth.regimes.process.path(0, rows: 5000, generator: root)
    var history = Matrix(rows: 5000, columns: 4)
    for t in 0..<5000 { for i in 0..<4 { history[t, i] = market[t, 2 * i] } }
    for model in MarketModel.allCases where options.wants(model.rawValue) {
      let experiment = MonteCarlo(
        simulator: try model.simulator(history).simulator, rule: RiskParity(), schedule: .monthly,
        estimator: SampleCovariance(window: 60), rows: 1260,
        costs: [Double](repeating: 0.001, count: 4), from: CalendarDate(days: 18_000))
      var failure: (any Error)?
      var found = 0.0
      let timing = Stopwatch(repeats: 5).time(warm: 1, inner: 1) {
        do {
          let outcomes = try Simulation(
            experiment, paths: paths, generator: root, threads: options.threads
          ).outcomes
          found = Measures.mean(outcomes.map(\.annualReturn))
        } catch { failure = error }
      }
      if let failure { throw failure }
      let seconds = timing.median * 1e-3 * 10_000 / Double(paths)
      report.results.append(
        (model.rawValue, ["seconds_per_10000_paths": JSONValue(rounded(seconds))]))
      report.reference.append((model.rawValue, ["mean_return": JSONValue(found)]))
    }
    return report
  }
}
