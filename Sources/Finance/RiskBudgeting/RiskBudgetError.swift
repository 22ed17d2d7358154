/// Why a risk-budgeting problem has no answer.
///
/// Assets are numbered from 0. Which date of a series failed is for the caller to add.
public enum RiskBudgetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The covariance is not one.
  case covariance(CovarianceError)
  /// An idiosyncratic variance of a factor covariance is negative, NaN or infinite.
  case invalidIdiosyncraticVariance(asset: Int, value: Double)
  /// A loading of a factor covariance is NaN or infinite.
  case invalidLoading(asset: Int, factor: Int, value: Double)
  /// A budget is negative, NaN or infinite.
  case invalidBudget(asset: Int, value: Double)
  /// A budget is positive but its share of the sum is below ``smallestShare``.
  case vanishingBudget(asset: Int, value: Double, sum: Double)
  /// Every budget is zero.
  case noBudget(count: Int)
  /// A long-only portfolio without risk exists, so that the risk cannot be shared out.
  ///
  /// `weights` sum to one and have the given volatility; `averageVolatility` is the weighted
  /// average of its members'.
  case risklessPortfolio(weights: [Double], volatility: Double, averageVolatility: Double)
  /// The iteration ended without an answer; `decrement` is the largest relative step of the last
  /// iteration, `residual` the largest deviation of a risk share from its budget share.
  case notConverged(iterations: Int, decrement: Double, residual: Double)

  /// The smallest share of the sum of the budgets that a positive budget may have.
  ///
  /// Far below what a risk share can be measured to; a budget on its way to zero should meet a floor
  /// long before.
  public static let smallestShare = 1e-30

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .covariance(let error):
      "risk budgeting: \(error)"
    case .invalidIdiosyncraticVariance(let asset, let value):
      "risk budgeting: the idiosyncratic variance of asset \(asset) is \(value); "
        + "it must be a finite number of at least 0."
    case .invalidLoading(let asset, let factor, let value):
      "risk budgeting: the loading of asset \(asset) on factor \(factor) is \(value); "
        + "it must be a finite number."
    case .invalidBudget(let asset, let value):
      "risk budgeting: the budget of asset \(asset) is \(value); "
        + "budgets are finite and not negative (0 excludes the asset)."
    case .vanishingBudget(let asset, let value, let sum):
      "risk budgeting: the budget of asset \(asset) is \(value), less than "
        + "\(Self.smallestShare) of the sum \(sum). Put a floor under the budgets, "
        + "or exclude the asset with a budget of exactly 0."
    case .noBudget(let count):
      "risk budgeting: all \(count) budgets are zero; at least one must be positive."
    case .risklessPortfolio(let weights, let volatility, let average):
      "risk budgeting: no solution, because the long-only portfolio of "
        + Self.holdings(weights)
        + " has a volatility of \(volatility), nothing beside the \(average) of its members: "
        + "there is no risk to share out. Drop one of these assets or shrink the covariance "
        + "towards its diagonal."
    case .notConverged(let iterations, let decrement, let residual):
      "risk budgeting: not converged after \(iterations) iterations: the last relative step is "
        + "\(decrement), the largest error of a risk share \(residual). Raise the smallest "
        + "budgets or shrink the covariance towards its diagonal."
    }
  }

  /// The largest holdings in words: `50% of asset 0, 50% of asset 1`.
  static func holdings(_ weights: [Double]) -> String {
    let order = weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
    let named = order.prefix(5).filter { weights[$0] >= 1e-3 }
    let text = named.map { "\((weights[$0] * 1000).rounded() / 10)% of asset \($0)" }
    let rest = weights.count { $0 >= 1e-3 } - named.count
    return text.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
