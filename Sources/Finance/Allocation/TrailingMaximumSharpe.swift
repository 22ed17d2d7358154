internal import Autodiff

/// ``MaximumSharpe`` with the mean excess returns of the last rows as its expectations.
///
/// Where no portfolio within the bounds is expected to beat cash, it holds cash.
public struct TrailingMaximumSharpe: DecisionRule {
  /// The rule's name in reports.
  public let name = "maximum Sharpe"
  /// The rows that expected returns are means of.
  public let window: Int
  /// The bounds of the weights; `nil` for `0 ≤ w ≤ 1`.
  public let bounds: SimplexBounds?

  /// The rule.
  public init(window: Int, bounds: SimplexBounds? = nil) {
    check(window >= 1, "TrailingMaximumSharpe: window \(window); expected at least 1 row")
    self.window = window
    self.bounds = bounds
  }

  /// The rows of returns that the rule reads: the window.
  public var requiredRows: Int { window }

  /// The weights, all zero where cash is best; throws an ``AllocationError``.
  public func weights(at point: DecisionPoint) throws(AllocationError) -> [Double] {
    do throws(AllocationError) {
      return try MaximumSharpe(
        expectedReturns: point.meanExcessReturns(last: window), bounds: bounds
      ).weights(covariance: point.covariance)
    } catch {
      guard case .noExcessReturn = error else { throw error }
      return [Double](repeating: 0, count: point.assets)
    }
  }

  /// The rule within the bounds of some of the assets.
  public func restricted(to assets: [Int]) throws -> any DecisionRule {
    TrailingMaximumSharpe(window: window, bounds: try bounds?.restricted(to: assets))
  }
}
