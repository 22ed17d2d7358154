public import Autodiff

/// What trading costs a learner beyond its price: the mean over decisions of `Σ_i φ(x_i)`, with x
/// the trades.
///
/// `φ(x) = |x|` (L1), `x²` (L2), or the Huber shape `x² / 2t` up to the threshold t and `|x| − t/2`
/// beyond, which leaves small trades nearly free of the kink at 0 that keeps L1 from settling.
///
/// - Shapes: trades `[D, N]` → scalar.
/// - Units: trades in fractions of wealth.
/// - VJP: `x̄_di += ȳ φ'(x_di) / D`; the subgradient of `|x|` at 0 is 0.
/// - Source: Huber (1964), *Robust Estimation of a Location Parameter*.
public struct TurnoverPenalty: Sendable {
  /// The shape φ.
  public enum Shape: String, Sendable, CaseIterable {
    /// `|x|`.
    case l1
    /// `x²`.
    case l2
    /// Square up to the threshold, linear beyond.
    case huber
  }

  /// The shape φ.
  public let shape: Shape
  /// The threshold t of the Huber shape.
  public let threshold: Double

  /// A penalty; the threshold must be positive.
  public init(shape: Shape, threshold: Double = 0.01) {
    check(threshold > 0, "TurnoverPenalty: threshold \(threshold)")
    self.shape = shape
    self.threshold = threshold
  }

  /// The penalty of some trades.
  public func callAsFunction(_ trades: Variable) -> Variable {
    check(
      trades.shape.rank == 2 && trades.shape[0] > 0,
      "TurnoverPenalty: trades of shape \(trades.shape)")
    let decisions = trades.shape[0]
    let (tape, count) = (trades.tape, trades.shape.count)
    let (x, slopes) = (trades.values, tape.allocate(count))
    let scale = 1 / Double(decisions)
    var total = 0.0
    for i in 0..<count {
      let (value, slope) = evaluate(Double(x[i]))
      total += value
      slopes[i] = Scalar(scale * slope)
    }
    let y = tape.allocate(1)
    y[0] = Scalar(scale * total)
    return tape.recordSlopes("TurnoverPenalty", trades, value: y, slopes: slopes)
  }

  /// `φ(x)` and `φ'(x)`.
  private func evaluate(_ x: Double) -> (value: Double, slope: Double) {
    let sign = x > 0 ? 1.0 : x < 0 ? -1.0 : 0
    switch shape {
    case .l1: return (x.magnitude, sign)
    case .l2: return (x * x, 2 * x)
    case .huber:
      guard x.magnitude > threshold else { return (x * x / (2 * threshold), x / threshold) }
      return (x.magnitude - threshold / 2, sign)
    }
  }
}
