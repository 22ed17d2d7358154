internal import Autodiff

/// Another rule's portfolio, scaled to a target volatility with cash as the rest.
///
/// `w = min(cap, target / √(w₀ᵀΣw₀)) · w₀`. What is missing to one is held in cash; above a cap of 1
/// the portfolio borrows at the cash rate.
///
/// - Units: the target per period, as the covariance (0.10 / √252 a day for 10 % a year).
/// - Source: Moreira & Muir (2017), *Volatility-Managed Portfolios*, J. Finance 72(4).
public struct VolatilityTarget: DecisionRule {
  /// The rule that is scaled.
  public let rule: any DecisionRule
  /// The target volatility per period.
  public let target: Double
  /// The largest factor.
  public let cap: Double

  /// The rule's name in reports.
  public var name: String { "\(rule.name), volatility target" }

  /// Scales a rule to a target volatility per period; no borrowing unless `cap` allows it.
  public init(_ rule: any DecisionRule, target: Double, cap: Double = 1) {
    check(
      target > 0 && cap > 0 && target.isFinite && cap.isFinite,
      "VolatilityTarget: target \(target), cap \(cap); expected > 0")
    self.rule = rule
    self.target = target
    self.cap = cap
  }

  /// The rows of returns that the scaled rule reads.
  public var requiredRows: Int { rule.requiredRows }

  /// The weights; throws what the scaled rule throws.
  public func weights(at point: DecisionPoint) throws -> [Double] {
    scaled(try rule.weights(at: point), covariance: point.covariance)
  }

  /// Weights scaled to the target under a covariance.
  public func scaled(_ weights: [Double], covariance: Matrix) -> [Double] {
    var variance = 0.0
    for (i, x) in weights.enumerated() {
      for (j, y) in weights.enumerated() { variance += x * covariance[i, j] * y }
    }
    // A portfolio without risk takes the cap.
    let exposure = variance > 0 ? min(cap, target / variance.squareRoot()) : cap
    return weights.map { exposure * $0 }
  }

  /// The scaled rule for some of the assets, scaled.
  public func restricted(to assets: [Int]) throws -> any DecisionRule {
    VolatilityTarget(try rule.restricted(to: assets), target: target, cap: cap)
  }
}
