public import Autodiff

/// Conditional drawdown at risk: the mean of the worst (1 − β) share of all drawdowns.
///
/// Drawdowns are of the uncompounded cumulative return `c_t = Σ_{s≤t} r_s`, from a peak that
/// starts at 0: `d_t = max(0, max_{s≤t} c_s) − c_t`. With k = (1 − β)T,
/// `CDaR_β = Σ_t q_t d_t`, `q_t = 1/k` for the largest ⌊k⌋ drawdowns and the remaining fraction for
/// the next one.
///
/// - Units: simple returns per period; the loss is a fraction of the starting capital, ≥ 0.
/// - Shapes: `[T]` → scalar.
/// - VJP: `∂d_t/∂r_s = −1` for s after the last peak up to t, else 0. Where drawdowns tie, the
///   earlier one counts first.
/// - Source: Chekhlov, Uryasev & Zabarankin (2005), *Drawdown Measure in Portfolio Optimization*.
public struct CDaRLoss: Sendable {
  /// The confidence level β, in [0, 1).
  public let level: Double

  /// A loss at confidence level β.
  public init(level: Double = 0.95) {
    check(level >= 0 && level < 1, "CDaRLoss: level \(level) outside [0, 1)")
    self.level = level
  }

  /// The loss of a series of returns.
  public func callAsFunction(_ returns: Variable) -> Variable {
    let count = returns.shape.count
    check(returns.shape.rank == 1 && count >= 1, "CDaRLoss: returns of shape \(returns.shape)")
    let r = returns.values
    var drawdowns = [Double](repeating: 0, count: count)
    var peakRows = [Int](repeating: 0, count: count)
    // The peak's row is the first row after it; 0 while the peak is the start.
    var (cumulative, peak, afterPeak) = (0.0, 0.0, 0)
    for t in 0..<count {
      cumulative += Double(r[t])
      if cumulative > peak { (peak, afterPeak) = (cumulative, t + 1) }
      drawdowns[t] = peak - cumulative
      peakRows[t] = afterPeak
    }
    let tail = TailWeights(of: drawdowns, level: level)
    let tape = returns.tape
    // −q_t on every row after its peak up to t, as differences that are then summed up.
    var differences = [Double](repeating: 0, count: count)
    for (t, share) in tail.members where peakRows[t] <= t {
      let weight = share / tail.size
      differences[t] -= weight
      if peakRows[t] > 0 { differences[peakRows[t] - 1] += weight }
    }
    let slopes = tape.allocate(count)
    var running = 0.0
    for t in (0..<count).reversed() {
      running += differences[t]
      slopes[t] = Scalar(running)
    }
    let y = tape.allocate(1)
    y[0] = Scalar(tail.mean(drawdowns))
    return tape.recordSlopes("CDaRLoss", returns, value: y, slopes: slopes)
  }
}
