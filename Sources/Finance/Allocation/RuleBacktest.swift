internal import Autodiff

/// The decisions of a rule over some rows: on the rows of a schedule, where its band is left.
public struct RuleBacktest: Sendable {
  /// The rule.
  public let rule: any DecisionRule
  /// The rows that may decide.
  public let schedule: RebalancingSchedule
  /// A decision is skipped while every drifted holding is within so much of its target; 0 for none.
  public let band: Double

  /// A rule on a schedule.
  public init(_ rule: any DecisionRule, schedule: RebalancingSchedule, band: Double = 0) {
    check(band >= 0 && band < 1, "RuleBacktest: band \(band); expected a fraction in 0..<1")
    self.rule = rule
    self.schedule = schedule
    self.band = band
  }

  /// Decides from the first row of a range on; `covariance` estimates at a row of the panel.
  ///
  /// Throws a ``RuleFailure`` with the row of a decision that the rule has no answer for.
  public func decisions(
    in range: Range<Int>, of data: MarketData, lag: Int, covariance: (Int) -> Matrix
  ) throws(RuleFailure) -> StrategyDecisions {
    let n = data.assets.count
    var rows: [Int] = []
    var weights: [Double] = []
    var holdings = DriftingHoldings(assets: n, lag: lag)
    var next = range.lowerBound
    for row in schedule.rows(in: range, of: data.dates) {
      guard row >= rule.requiredRows else {
        throw RuleFailure(row: row, needed: rule.requiredRows, rule: rule.name)
      }
      if band > 0 {
        while next <= row {
          holdings.pass(row: next, of: data)
          next += 1
        }
        guard holdings.order == nil else { continue }
      }
      let target: [Double]
      do {
        target = try rule.weights(
          at: DecisionPoint(row: row, of: data, covariance: covariance(row)))
      } catch { throw RuleFailure(row: row, underlying: error) }
      if band > 0 {
        let gap = zip(target, holdings.weights).map { ($0 - $1).magnitude }.reduce(0, max)
        guard row == range.lowerBound || gap > band else { continue }
        holdings.decide(target, at: row)
      }
      rows.append(row)
      weights += target
    }
    return StrategyDecisions(
      rows: rows, weights: Matrix(rows: rows.count, columns: n, elements: weights))
  }
}
