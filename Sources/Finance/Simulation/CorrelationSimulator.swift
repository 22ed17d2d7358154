public import Autodiff

/// Paths of a fitted model of volatilities and conditional correlations (GARCH–DCC).
///
/// Starts from the long-run state after 500 rows of burn-in. The fit's units must be simple returns as
/// fractions times `unit` (100 for a fit to percent).
public struct CorrelationSimulator: MarketSimulator {
  /// The model.
  public let fit: CorrelationFit
  /// What the fit's returns are multiples of.
  public let unit: Double
  /// The number of assets.
  public var assets: Int { fit.series }

  /// Draws from a fit.
  public init(_ fit: CorrelationFit, unit: Double = 1) {
    check(unit > 0, "CorrelationSimulator: unit \(unit); expected > 0")
    self.fit = fit
    self.unit = unit
  }

  /// Draws simple returns `[rows, assets]`.
  public func returns(rows: Int, generator: inout SplitMix64) -> Matrix {
    var result = fit.simulate(rows: rows, generator: &generator)
    // A loss of everything or more has no price: the worst a day can do is −99 %.
    for index in result.elements.indices {
      result.elements[index] = max(-0.99, result.elements[index] / unit)
    }
    return result
  }
}
