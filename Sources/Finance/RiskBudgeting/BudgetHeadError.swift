/// Why scores have no budgets.
public enum BudgetHeadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A score is NaN, infinite or larger than ``largestScore`` in magnitude.
  case invalidScore(asset: Int, value: Double)

  /// The largest magnitude of a score: differences between larger ones are lost to rounding.
  public static let largestScore = 1e12

  /// The same error of a problem over some assets, in terms of all of them.
  public func among(_ members: [Int]) -> Self {
    switch self {
    case .invalidScore(let asset, let value): .invalidScore(asset: members[asset], value: value)
    }
  }

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .invalidScore(let asset, let value):
      "budget head: the score of asset \(asset) is \(value); scores must be numbers of at most "
        + "\(Self.largestScore) in magnitude. If this happened in training, lower the learning rate "
        + "or clip the gradient."
    }
  }
}
