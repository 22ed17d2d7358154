internal import Autodiff

/// Another rule's portfolio, scaled to a target volatility with cash as the rest.
///
/// `w = min(cap, target / √(w₀ᵀΣw₀)) · w₀`: the only rule whose weights need not sum to one. What is
/// missing is held in cash; above a cap of 1 the portfolio borrows at the cash rate.
///
/// - Units: the target per period, as the covariance (0.10 / √252 a day for 10 % a year).
/// - Source: Moreira & Muir (2017), *Volatility-Managed Portfolios*, J. Finance 72(4).
public struct VolatilityTarget: AllocationRule {
  /// The rule that is scaled.
  public let rule: any AllocationRule
  /// The target volatility per period.
  public let target: Double
  /// The largest sum of the weights.
  public let cap: Double

  /// The rule's name in reports.
  public var name: String { "\(rule.name), volatility target" }

  /// Scales a rule to a target volatility per period; no borrowing unless `cap` allows it.
  public init(_ rule: any AllocationRule, target: Double, cap: Double = 1) {
    check(
      target > 0 && cap > 0 && target.isFinite && cap.isFinite,
      "VolatilityTarget: target \(target), cap \(cap); expected > 0")
    self.rule = rule
    self.target = target
    self.cap = cap
  }

  /// The weights; throws what the scaled rule throws.
  public func weights(covariance: Matrix) throws -> [Double] {
    let weights = try rule.weights(covariance: covariance)
    var variance = 0.0
    for (i, x) in weights.enumerated() {
      for (j, y) in weights.enumerated() { variance += x * covariance[i, j] * y }
    }
    // A portfolio without risk takes the cap.
    let exposure = variance > 0 ? min(cap, target / variance.squareRoot()) : cap
    return weights.map { exposure * $0 }
  }
}
