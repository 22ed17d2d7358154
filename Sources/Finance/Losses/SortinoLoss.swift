public import Autodiff

/// Negative annualised Sortino ratio of a series of excess returns.
///
/// `loss = −√A · mean(x) / d`, with the downside deviation `d = √(Σ min(x, 0)² / T)`.
///
/// - Units: simple returns per period in excess of cash, A periods a year; per √year.
/// - Shapes: `[T]` → scalar; not a number where nothing falls.
/// - VJP: `∂(m/d)/∂x_t = 1/(T d) − m min(x_t, 0) / (T d³)`.
/// - Source: Sortino & van der Meer (1991), *Downside Risk*.
public struct SortinoLoss: Sendable {
  /// How many periods make a year.
  public let periodsPerYear: Double

  /// A loss for returns of `periodsPerYear` periods a year.
  public init(periodsPerYear: Double) {
    check(periodsPerYear > 0, "SortinoLoss: \(periodsPerYear) periods per year")
    self.periodsPerYear = periodsPerYear
  }

  /// The loss of a series of excess returns.
  public func callAsFunction(_ excess: Variable) -> Variable {
    let count = excess.shape.count
    check(excess.shape.rank == 1 && count >= 1, "SortinoLoss: returns \(excess.shape)")
    let (x, tape, scale) = (excess.values, excess.tape, periodsPerYear.squareRoot())
    var (sum, squares) = (0.0, 0.0)
    for t in 0..<count {
      sum += Double(x[t])
      let fall = min(Double(x[t]), 0)
      squares += fall * fall
    }
    let (n, mean) = (Double(count), sum / Double(count))
    let downside = (squares / n).squareRoot()
    let slopes = tape.allocate(count)
    for t in 0..<count {
      let fall = min(Double(x[t]), 0)
      slopes[t] = Scalar(
        -scale * (1 / (n * downside) - mean * fall / (n * downside * downside * downside)))
    }
    let y = tape.allocate(1)
    y[0] = Scalar(-scale * mean / downside)
    return tape.recordSlopes("SortinoLoss", excess, value: y, slopes: slopes)
  }
}
