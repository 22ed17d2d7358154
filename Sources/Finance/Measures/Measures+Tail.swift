internal import Autodiff

extension Measures {
  /// The conditional value at risk of losses: the mean of the worst fraction 1 − β of them.
  ///
  /// With k = (1 − β) T and losses in descending order, `(ℓ₁ + … + ℓ_⌊k⌋ + (k − ⌊k⌋) ℓ_⌊k⌋₊₁) / k`:
  /// the observation on the edge counts by the fraction that is missing. For k ≤ 1 it is the largest
  /// loss. NaN of nothing.
  ///
  /// - Units: losses are positive where money is lost: `−r` of returns, or drawdowns.
  /// - Source: Rockafellar & Uryasev (2002), *Conditional Value-at-Risk for General Loss
  ///   Distributions*, J. Banking & Finance 26, proposition 8.
  public static func conditionalValueAtRisk(losses: [Double], level: Double) -> Double {
    check(level >= 0 && level < 1, "conditionalValueAtRisk: level \(level); expected 0 ≤ level < 1")
    guard !losses.isEmpty else { return .nan }
    return TailWeights(of: losses, level: level).mean(losses)
  }

  /// The entropic value at risk of losses: `inf_{z > 0} ln(mean(e^{zℓ}) / (1 − β)) / z`.
  ///
  /// With q the losses' weights `∝ e^{zℓ}`, the infimum is where the relative entropy of q to equal
  /// weights is −ln(1 − β), and there it equals `Σ q ℓ`. It lies between the conditional value at
  /// risk and the largest loss, and is the latter where the tail has no more than one observation.
  /// NaN of nothing.
  ///
  /// - Source: Ahmadi-Javid (2012), *Entropic Value-at-Risk*, J. Optimization Theory and
  ///   Applications 155.
  public static func entropicValueAtRisk(losses: [Double], level: Double) -> Double {
    check(level >= 0 && level < 1, "entropicValueAtRisk: level \(level); expected 0 ≤ level < 1")
    return EntropicTail(losses, level: level).value
  }
}
