internal import Autodiff

/// ``MinimumCVaR`` with the returns of the last rows as its scenarios.
public struct TrailingMinimumCVaR: DecisionRule {
  /// The rule's name in reports.
  public let name = "minimum CVaR"
  /// The rows that are the scenarios.
  public let window: Int
  /// The rule for given scenarios.
  public let rule: MinimumCVaR

  /// The rule at a level in (0, 1).
  public init(window: Int, level: Double = 0.95, bounds: SimplexBounds? = nil) {
    check(window >= 1, "TrailingMinimumCVaR: window \(window); expected at least 1 row")
    self.window = window
    rule = MinimumCVaR(level: level, bounds: bounds)
  }

  /// The rows of returns that the rule reads: the window.
  public var requiredRows: Int { window }

  /// The weights; throws an ``AllocationError``.
  public func weights(at point: DecisionPoint) throws(AllocationError) -> [Double] {
    try rule.weights(scenarios: point.returns(last: window))
  }

  /// The rule within the bounds of some of the assets.
  public func restricted(to assets: [Int]) throws -> any DecisionRule {
    TrailingMinimumCVaR(
      window: window, level: rule.level, bounds: try rule.bounds?.restricted(to: assets))
  }
}
