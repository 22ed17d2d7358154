public import Autodiff

/// Conditional value at risk: the mean of the worst (1 − β) share of all losses `−r`.
///
/// With the exact fractional tail (Rockafellar & Uryasev 2002): `CVaR_β = −Σ_t q_t r_t`, `q_t` =
/// `1/k` for each of the ⌊k⌋ largest of k = (1 − β)T losses and the rest for the next.
///
/// - Units: simple returns per period; positive where the tail loses.
/// - Shapes: `[T]` → scalar.
/// - VJP: `r̄_t −= ȳ q_t`; where losses tie, the earlier one counts first.
/// - Source: Rockafellar & Uryasev (2002), *Conditional value-at-risk for general loss
///   distributions*.
public struct CVaRLoss: Sendable {
  /// The confidence level β, in [0, 1).
  public let level: Double

  /// A loss at confidence level β.
  public init(level: Double = 0.95) {
    check(level >= 0 && level < 1, "CVaRLoss: level \(level) outside [0, 1)")
    self.level = level
  }

  /// The loss of a series of returns.
  public func callAsFunction(_ returns: Variable) -> Variable {
    let count = returns.shape.count
    check(returns.shape.rank == 1 && count >= 1, "CVaRLoss: returns of shape \(returns.shape)")
    let (r, tape) = (returns.values, returns.tape)
    let losses = (0..<count).map { -Double(r[$0]) }
    let tail = TailWeights(of: losses, level: level)
    let slopes = tape.allocate(count)
    slopes.update(repeating: 0, count: count)
    for (t, share) in tail.members { slopes[t] = Scalar(-share / tail.size) }
    let y = tape.allocate(1)
    y[0] = Scalar(tail.mean(losses))
    return tape.recordSlopes("CVaRLoss", returns, value: y, slopes: slopes)
  }
}
