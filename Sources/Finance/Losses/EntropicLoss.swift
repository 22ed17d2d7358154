public import Autodiff

/// Entropic value at risk of losses `−x`: the tightest exponential bound on value at risk and
/// conditional value at risk, smooth where those have kinks.
///
/// `EVaR_β = inf_{z > 0} ln(mean(e^{−z x}) / (1 − β)) / z`; see ``Measures``.
///
/// - Units: simple returns per period; positive where the tail loses.
/// - Shapes: `[T]` → scalar.
/// - VJP: at the best z the infimum moves with the weights alone: `x̄_t −= ȳ q_t`,
///   `q_t ∝ e^{−z x_t}`.
/// - Source: Ahmadi-Javid (2012), *Entropic Value-at-Risk*.
public struct EntropicLoss: Sendable {
  /// The confidence level β, in [0, 1).
  public let level: Double

  /// A loss at confidence level β.
  public init(level: Double = 0.95) {
    check(level >= 0 && level < 1, "EntropicLoss: level \(level) outside [0, 1)")
    self.level = level
  }

  /// The loss of a series of returns.
  public func callAsFunction(_ returns: Variable) -> Variable {
    let count = returns.shape.count
    check(returns.shape.rank == 1 && count >= 1, "EntropicLoss: returns of shape \(returns.shape)")
    let (r, tape) = (returns.values, returns.tape)
    let tail = EntropicTail((0..<count).map { -Double(r[$0]) }, level: level)
    let slopes = tape.allocate(count)
    for t in 0..<count { slopes[t] = Scalar(-tail.weights[t]) }
    let y = tape.allocate(1)
    y[0] = Scalar(tail.value)
    return tape.recordSlopes("EntropicLoss", returns, value: y, slopes: slopes)
  }
}
