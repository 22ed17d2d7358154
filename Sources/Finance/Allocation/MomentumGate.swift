internal import Autodiff

/// Another rule's portfolio without the assets that lag cash: their weight is held in cash.
///
/// `wᵢ ← 0` where the asset's compounded return over the last rows, less that of cash, is not
/// positive. A rule of thumb that learns nothing: what a trained model of trends has to beat.
///
/// - Source: Faber (2007), *A Quantitative Approach to Tactical Asset Allocation*, J. Wealth
///   Management 9(4); Moskowitz, Ooi & Pedersen (2012), *Time Series Momentum*, J. Financial
///   Economics 104.
public struct MomentumGate: DecisionRule {
  /// The rule that is gated.
  public let rule: any DecisionRule
  /// The rows over which returns are compared: 252 are about twelve months of days.
  public let window: Int

  /// The rule's name in reports.
  public var name: String { "\(rule.name), gate over \(window) rows (rule)" }

  /// Gates a rule.
  public init(_ rule: any DecisionRule, window: Int = 252) {
    check(window >= 1, "MomentumGate: window \(window); expected at least 1 row")
    self.rule = rule
    self.window = window
  }

  /// The rows of returns that the rule reads.
  public var requiredRows: Int { max(window, rule.requiredRows) }

  /// The weights; throws what the gated rule throws.
  public func weights(at point: DecisionPoint) throws -> [Double] {
    zip(try rule.weights(at: point), point.excessGrowth(last: window)).map { $1 > 0 ? $0 : 0 }
  }
}
