/// Why a volatility model was not estimated.
public enum VolatilityError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A series is too short.
  case tooFewReturns(count: Int, minimum: Int)
  /// A return is NaN or infinite.
  case notFinite(row: Int, value: Double)
  /// The returns do not vary.
  case constantReturns(value: Double)
  /// The likelihood's maximum was not found; `decrement` is Newton's, squared, in units of
  /// log-likelihood.
  case notConverged(
    model: String, iterations: Int, logLikelihood: Double, decrement: Double)
  /// The shocks of a series are made up by those of the series before it.
  case singularCorrelations(series: Int)
  /// One series of several failed.
  indirect case series(Int, VolatilityError)

  /// What was found, what was expected, and the remedy.
  public var description: String {
    switch self {
    case .tooFewReturns(let count, let minimum):
      "volatility: \(count) returns; at least \(minimum) are needed to estimate a model. "
        + "Use a longer window, or an EWMA, which has nothing to estimate."
    case .notFinite(let row, let value):
      "volatility: return \(row) is \(value); every return must be a finite number. "
        + "Fill or drop missing prices first."
    case .constantReturns(let value):
      "volatility: every return is \(value); a series without variance has no model. "
        + "Leave the asset out (constant prices?)."
    case .notConverged(let model, let iterations, let logLikelihood, let decrement):
      "volatility: the \(model) likelihood has no maximum that \(iterations) iterations found; they "
        + "stopped at \(logLikelihood) with \(decrement) still to gain. "
        + "Use more rows, look for outliers, or take a simpler model (GARCH, normal)."
    case .singularCorrelations(let series):
      "correlations: series \(series) follows from the series before it, so the correlation matrix is "
        + "singular. Drop duplicates, or use more rows than series; shrinkage estimators need neither."
    case .series(let index, let error):
      "series \(index): \(error)"
    }
  }
}
