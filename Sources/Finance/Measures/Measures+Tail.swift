#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif
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
    return entropicTail(losses: losses, level: level).value
  }

  /// The entropic value at risk and its gradient: the weights q of the losses.
  package static func entropicTail(
    losses: [Double], level: Double
  ) -> (value: Double, weights: [Double]) {
    let count = Double(losses.count)
    guard let largest = losses.max(), let smallest = losses.min() else { return (.nan, []) }
    let range = largest - smallest
    let budget = -log1p(-level)
    let ties = losses.filter { $0 == largest }.count
    guard range > 0, budget > 0 else {
      return (range > 0 ? mean(losses) : largest, losses.map { _ in 1 / count })
    }
    // As z → ∞ all weight moves to the largest losses, and the entropy to ln(T / ties).
    if log(count / Double(ties)) <= budget {
      return (largest, losses.map { $0 == largest ? 1 / Double(ties) : 0 })
    }

    // Relative entropy grows with z; bisection on ln(z · range).
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if entropy(losses, largest: largest, z: exp(middle) / range).entropy < budget {
        low = middle
      } else {
        high = middle
      }
    }
    let z = exp((low + high) / 2) / range
    let (_, logMean) = entropy(losses, largest: largest, z: z)
    return (
      largest + (logMean + budget) / z,
      losses.map { exp(z * ($0 - largest) - logMean) / count }
    )
  }

  /// The relative entropy of weights `∝ e^{zℓ}` to equal ones, and `ln mean(e^{z(ℓ − largest)})`.
  private static func entropy(
    _ losses: [Double], largest: Double, z: Double
  ) -> (entropy: Double, logMean: Double) {
    var total = 0.0
    var moment = 0.0
    for loss in losses {
      let exponent = z * (loss - largest)
      let weight = exp(exponent)
      total += weight
      moment += weight * exponent
    }
    let logMean = log(total / Double(losses.count))
    return (moment / total - logMean, logMean)
  }
}
