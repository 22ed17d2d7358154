public import Autodiff

/// Negative mean–variance utility, annual: `−A (mean − ½ γ var)`, `var` with divisor T − 1.
///
/// - Units: simple excess returns per period, A periods a year; γ is the relative risk aversion.
/// - Shapes: `[T]` with T ≥ 2 → scalar.
/// - VJP: `x̄_t −= ȳ A (1/T − γ (x_t − mean) / (T − 1))`.
/// - Source: Markowitz (1952), *Portfolio Selection*.
public struct MeanVarianceLoss: Sendable {
  /// How many periods make a year.
  public let periodsPerYear: Double
  /// The risk aversion γ ≥ 0.
  public let riskAversion: Double

  /// A loss of a risk aversion.
  public init(periodsPerYear: Double, riskAversion: Double) {
    check(
      periodsPerYear > 0 && riskAversion >= 0,
      "MeanVarianceLoss: \(periodsPerYear) periods per year, risk aversion \(riskAversion)")
    self.periodsPerYear = periodsPerYear
    self.riskAversion = riskAversion
  }

  /// The loss of a series of excess returns.
  public func callAsFunction(_ excess: Variable) -> Variable {
    let count = excess.shape.count
    check(excess.shape.rank == 1 && count >= 2, "MeanVarianceLoss: returns \(excess.shape)")
    let (x, tape) = (excess.values, excess.tape)
    var sum = 0.0
    for t in 0..<count { sum += Double(x[t]) }
    let mean = sum / Double(count)
    let slopes = tape.allocate(count)
    var squares = 0.0
    for t in 0..<count {
      let deviation = Double(x[t]) - mean
      squares += deviation * deviation
      slopes[t] = Scalar(
        -periodsPerYear * (1 / Double(count) - riskAversion * deviation / Double(count - 1)))
    }
    let y = tape.allocate(1)
    y[0] = Scalar(-periodsPerYear * (mean - 0.5 * riskAversion * squares / Double(count - 1)))
    return tape.recordSlopes("MeanVarianceLoss", excess, value: y, slopes: slopes)
  }
}
