public import Autodiff

/// Negative conditional Sharpe ratio: the mean of excess returns by their conditional value at risk.
///
/// `loss = −√A · mean(x) / CVaR_β(−x)`, with the exact fractional tail of ``CVaRLoss``; √A as for
/// the Sharpe ratio, so that the two have the same scale.
///
/// - Units: `x` are simple returns per period in excess of cash; A periods make a year.
/// - Shapes: `[T]` → scalar. Not a number where the tail does not lose: there is no ratio to a risk
///   of nothing.
/// - VJP: with m the mean, C the tail loss and q its weights,
///   `∂(m/C)/∂x_t = 1/(T C) + m q_t / C²`.
/// - Source: Agarwal & Naik (2004), *Risks and Portfolio Decisions Involving Hedge Funds*.
public struct ConditionalSharpeLoss: Sendable {
  /// How many periods make a year.
  public let periodsPerYear: Double
  /// The confidence level β, in [0, 1).
  public let level: Double

  /// A loss at confidence level β.
  public init(periodsPerYear: Double, level: Double = 0.95) {
    check(
      periodsPerYear > 0 && level >= 0 && level < 1,
      "ConditionalSharpeLoss: \(periodsPerYear) periods per year, level \(level)")
    self.periodsPerYear = periodsPerYear
    self.level = level
  }

  /// The loss of a series of excess returns.
  public func callAsFunction(_ excess: Variable) -> Variable {
    let count = excess.shape.count
    check(
      excess.shape.rank == 1 && count >= 1, "ConditionalSharpeLoss: returns \(excess.shape)")
    let (x, tape) = (excess.values, excess.tape)
    let losses = (0..<count).map { -Double(x[$0]) }
    let tail = TailWeights(of: losses, level: level)
    let risk = tail.mean(losses)
    let mean = -losses.reduce(0, +) / Double(count)
    let scale = risk > 0 ? -periodsPerYear.squareRoot() : .nan
    let slopes = tape.allocate(count)
    slopes.update(repeating: Scalar(scale / (Double(count) * risk)), count: count)
    for (t, share) in tail.members {
      slopes[t] += Scalar(scale * mean * share / (tail.size * risk * risk))
    }
    let y = tape.allocate(1)
    y[0] = Scalar(scale * mean / risk)
    return tape.recordSlopes("ConditionalSharpeLoss", excess, value: y, slopes: slopes)
  }
}
