import Autodiff
import Finance
import Testing

@Suite struct MonteCarloTests {
  private func experiment(
    _ simulator: any MarketSimulator, _ rule: any DecisionRule, costs: Double = 0.001, lag: Int = 1
  ) -> MonteCarlo {
    MonteCarlo(
      simulator: simulator, rule: rule, schedule: .monthly,
      estimator: SampleCovariance(window: 30), rows: 504, lag: lag,
      costs: [Double](repeating: costs, count: simulator.assets), cashReturn: 1e-4,
      from: CalendarDate(days: 10_957))
  }

  /// Wealth is the path's, drawn and followed by hand.
  @Test(arguments: [0, 1, 2])
  func aFixedMixFollowsItsPath(lag: Int) throws {
    let simulator = KnownTruth.constant.process
    let root = SplitMix64(seed: 8)
    let weights = [0.4, 0, 0.6, 0, 0, 0, 0]
    let outcome = try experiment(simulator, FixedMix(weights), costs: 0, lag: lag)
      .outcome(3, generator: root)
    let returns = simulator.path(3, rows: 30 + lag + 504 - 1, generator: root)
    let dates = CalendarDate.weekdays(from: CalendarDate(days: 10_957), count: 600)
    var (held, value, wealth) = ([Double](repeating: 0, count: 7), 1.0, [1.0])
    for t in 30 + lag..<30 + lag + 504 {
      let r = Array(returns.row(t - 1))
      let growth = (0..<7).reduce(1 + 1e-4) { $0 + held[$1] * (r[$1] - 1e-4) }
      value *= growth
      for i in 0..<7 { held[i] *= (1 + r[i]) / growth }
      let decision = t - lag
      if decision == 30 || dates[decision].month != dates[decision - 1].month { held = weights }
      if (t - 29 - lag) % 21 == 0 { wealth.append(value) }
    }
    #expect(outcome.wealth.count == 25)
    #expect(relativeError(outcome.wealth, wealth) < 1e-11)
  }

  @Test func outcomesDependOnTheirNumberAlone() throws {
    let simulator = KnownTruth.regimes.process
    let experiment = experiment(simulator, RiskParity())
    let root = SplitMix64(seed: 9)
    let outcomes = try (0..<3).map { try experiment.outcome($0, generator: root) }
    #expect(try experiment.outcome(2, generator: root) == outcomes[2])
    #expect(Set(outcomes).count == 3)
    #expect(try experiment.outcome(2, generator: SplitMix64(seed: 10)) != outcomes[2])
  }

  /// Cash alone earns cash; its drawdown is none.
  @Test func aRuleInCashEarnsCash() throws {
    struct Cash: DecisionRule {
      let name = "cash"
      let requiredRows = 100
      func weights(at point: DecisionPoint) -> [Double] {
        [Double](repeating: 0, count: point.assets)
      }
    }
    let outcome = try experiment(KnownTruth.constant.process, Cash())
      .outcome(0, generator: SplitMix64(seed: 1))
    var expected = 1.0
    for _ in 0..<504 { expected *= 1 + 1e-4 }
    #expect(abs(outcome.wealth[24] / expected - 1) < 1e-9)
    #expect(outcome.maximumDrawdown == 0 && outcome.turnoverPerYear == 0)
  }
}
