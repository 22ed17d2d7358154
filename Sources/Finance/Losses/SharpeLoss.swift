public import Autodiff

/// Negative annualised Sharpe ratio of a series of excess returns.
///
/// `loss = −√A · mean(x) / sd(x)`, `sd` with divisor T − 1.
///
/// - Units: `x` are simple returns per period in excess of cash (0.01 = 1 %); A periods make a
///   year; the loss is per √year.
/// - Shapes: `[T]` with T ≥ 2 → scalar. Constant returns have no Sharpe ratio: not a number.
/// - VJP: `∂(m/s)/∂x_t = 1/(T s) − m (x_t − m) / ((T − 1) s³)`.
/// - Source: Sharpe (1994), *The Sharpe Ratio*, Journal of Portfolio Management 21(1).
public struct SharpeLoss: Sendable {
  /// How many periods make a year: 252 for daily, 252/5 for weekly returns of daily rows.
  public let periodsPerYear: Double

  /// A loss for returns of `periodsPerYear` periods a year.
  public init(periodsPerYear: Double) {
    check(periodsPerYear > 0, "SharpeLoss: \(periodsPerYear) periods per year")
    self.periodsPerYear = periodsPerYear
  }

  /// The loss of a series of excess returns.
  public func callAsFunction(_ excess: Variable) -> Variable {
    let count = excess.shape.count
    check(excess.shape.rank == 1 && count >= 2, "SharpeLoss: returns of shape \(excess.shape)")
    let x = excess.values
    var sum = 0.0
    for t in 0..<count { sum += Double(x[t]) }
    let mean = sum / Double(count)
    var squares = 0.0
    for t in 0..<count {
      let deviation = Double(x[t]) - mean
      squares += deviation * deviation
    }
    let deviation = (squares / Double(count - 1)).squareRoot()
    let moments = Moments(
      mean: mean, deviation: deviation, scale: periodsPerYear.squareRoot(), count: count)
    let y = excess.tape.allocate(1)
    y[0] = Scalar(-moments.scale * mean / deviation)
    return excess.tape.record(
      "SharpeLoss", excess, output: y, shape: Shape(), saving: moments
    ) { context in
      guard let x̄ = context.cotangent(0) else { return }
      let m = context.saved(as: Moments.self)
      let seed = -m.scale * Double(context.seed[0])
      let flat = seed / (Double(m.count) * m.deviation)
      let slope =
        seed * m.mean / (Double(m.count - 1) * m.deviation * m.deviation * m.deviation)
      let x = context.input(0)
      for t in 0..<m.count { x̄[t] += Scalar(flat - slope * (Double(x[t]) - m.mean)) }
    }
  }

  private struct Moments: BitwiseCopyable {
    var mean: Double
    var deviation: Double
    var scale: Double
    var count: Int
  }
}
