extension Measures {
  /// How returns add up to the value that a drawdown is measured on.
  public enum Accumulation: Sendable, Hashable {
    /// `1 − V_t / max_{s ≤ t} V_s` with `V = Π (1 + r)`, `V_0 = 1`: the fraction of the net asset
    /// value that an investor sees. Reports use it.
    case compounded
    /// `max_{s ≤ t} C_s − C_t` with `C = Σ r`, `C_0 = 0`: convex in the returns. Losses use it.
    case uncompounded
  }

  /// The drawdown after each period, ≥ 0; the starting value counts as the first peak.
  public static func drawdowns(_ returns: [Double], _ accumulation: Accumulation) -> [Double] {
    switch accumulation {
    case .compounded:
      var (value, peak) = (1.0, 1.0)
      return returns.map { r in
        value *= 1 + r
        peak = max(peak, value)
        return 1 - value / peak
      }
    case .uncompounded:
      var (value, peak) = (0.0, 0.0)
      return returns.map { r in
        value += r
        peak = max(peak, value)
        return peak - value
      }
    }
  }

  /// The maximum drawdown; NaN of nothing.
  public static func maximumDrawdown(
    _ returns: [Double], _ accumulation: Accumulation
  ) -> Double {
    maximum(drawdowns(returns, accumulation))
  }

  /// The mean of the drawdowns; NaN of nothing.
  public static func averageDrawdown(
    _ returns: [Double], _ accumulation: Accumulation
  ) -> Double {
    mean(drawdowns(returns, accumulation))
  }

  /// The Ulcer index: the root mean square of the drawdowns; NaN of nothing.
  ///
  /// - Source: Martin & McCann (1989), *The Investor's Guide to Fidelity Funds*.
  public static func ulcerIndex(_ returns: [Double], _ accumulation: Accumulation) -> Double {
    let drawdowns = drawdowns(returns, accumulation)
    return (drawdowns.reduce(0) { $0 + $1 * $1 } / Double(drawdowns.count)).squareRoot()
  }

  /// The conditional drawdown at risk: the mean of the worst fraction 1 − β of the drawdowns, with
  /// the exact fractional tail; NaN of nothing.
  ///
  /// - Source: Chekhlov, Uryasev & Zabarankin (2005), *Drawdown Measure in Portfolio Optimization*,
  ///   Int. J. Theoretical and Applied Finance 8(1).
  public static func conditionalDrawdownAtRisk(
    _ returns: [Double], level: Double, _ accumulation: Accumulation
  ) -> Double {
    conditionalValueAtRisk(losses: drawdowns(returns, accumulation), level: level)
  }

  static func maximum(_ values: [Double]) -> Double { values.max() ?? .nan }
}
