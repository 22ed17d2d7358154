public import Autodiff

/// Maximum drawdown of the uncompounded cumulative return, from a peak that starts at 0.
///
/// `max_t (max(0, max_{s≤t} c_s) − c_t)` with `c_t = Σ_{s≤t} r_s`: the limit of ``CDaRLoss`` for
/// β → 1.
///
/// - Units: simple returns per period; a fraction of the starting capital, ≥ 0.
/// - Shapes: `[T]` → scalar.
/// - VJP: −ȳ on the rows after the peak up to the trough of the deepest drawdown (the first of
///   several equal ones), nothing elsewhere.
/// - Source: Chekhlov, Uryasev & Zabarankin (2005), *Drawdown Measure in Portfolio Optimization*.
public struct MaximumDrawdownLoss: Sendable {
  /// The loss; it has no settings.
  public init() {}

  /// The loss of a series of returns.
  public func callAsFunction(_ returns: Variable) -> Variable {
    let count = returns.shape.count
    check(
      returns.shape.rank == 1 && count >= 1,
      "MaximumDrawdownLoss: returns of shape \(returns.shape)")
    let (r, tape) = (returns.values, returns.tape)
    var (cumulative, peak, afterPeak) = (0.0, 0.0, 0)
    var (deepest, start, end) = (0.0, 0, 0)
    for t in 0..<count {
      cumulative += Double(r[t])
      if cumulative > peak { (peak, afterPeak) = (cumulative, t + 1) }
      if !(peak - cumulative <= deepest) {
        (deepest, start, end) = (peak - cumulative, afterPeak, t + 1)
      }
    }
    let slopes = tape.allocate(count)
    for t in 0..<count { slopes[t] = t >= start && t < end ? -1 : 0 }
    let y = tape.allocate(1)
    y[0] = Scalar(deepest)
    return tape.recordSlopes("MaximumDrawdownLoss", returns, value: y, slopes: slopes)
  }
}
