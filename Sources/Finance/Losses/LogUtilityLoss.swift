public import Autodiff

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// Negative annual growth rate: `−A · mean ln(1 + r)`.
///
/// - Units: simple returns per period, A periods a year; the loss is a log return per year.
/// - Shapes: `[T]` → scalar. A return of −1 or less gives infinity or not a number.
/// - VJP: `r̄_t −= ȳ A / (T (1 + r_t))`.
/// - Source: Kelly (1956), *A New Interpretation of Information Rate*.
public struct LogUtilityLoss: Sendable {
  /// How many periods make a year.
  public let periodsPerYear: Double

  /// A loss for returns of `periodsPerYear` periods a year.
  public init(periodsPerYear: Double) {
    check(periodsPerYear > 0, "LogUtilityLoss: \(periodsPerYear) periods per year")
    self.periodsPerYear = periodsPerYear
  }

  /// The loss of a series of returns.
  public func callAsFunction(_ returns: Variable) -> Variable {
    let count = returns.shape.count
    check(returns.shape.rank == 1 && count >= 1, "LogUtilityLoss: returns \(returns.shape)")
    let (r, tape) = (returns.values, returns.tape)
    let scale = periodsPerYear / Double(count)
    let slopes = tape.allocate(count)
    var sum = 0.0
    for t in 0..<count {
      sum += log1p(Double(r[t]))
      slopes[t] = Scalar(-scale / (1 + Double(r[t])))
    }
    let y = tape.allocate(1)
    y[0] = Scalar(-scale * sum)
    return tape.recordSlopes("LogUtilityLoss", returns, value: y, slopes: slopes)
  }
}
