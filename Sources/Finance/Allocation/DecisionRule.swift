/// A rule that makes a portfolio of what is known at the close of a row.
///
/// Long-only weights `[N]`; what they leave of one is held in cash.
public protocol DecisionRule: Sendable {
  /// The rule's name in reports.
  var name: String { get }

  /// The rows of returns that the rule reads beside the covariance.
  var requiredRows: Int { get }

  /// The weights `[N]` decided at a point in time; throws where the rule has no answer.
  func weights(at point: DecisionPoint) throws -> [Double]

  /// The rule for some of the assets it was made for, alone in the universe.
  ///
  /// A rule that holds a number for each asset gives theirs; by default a rule is the same for any
  /// assets. Throws where the rule cannot do without the others.
  func restricted(to assets: [Int]) throws -> any DecisionRule
}

extension DecisionRule {
  /// The same rule: it holds nothing by asset.
  public func restricted(to assets: [Int]) throws -> any DecisionRule { self }
}
