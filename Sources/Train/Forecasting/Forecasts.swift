internal import Finance

/// The forecasts of a unit for its tests, decision by decision.
struct Forecasts: Sendable, Hashable {
  /// Covariances `[D, N·N]` or expected excess returns `[D, N]`, per row.
  var values: Matrix

  /// Forecasts one after the other.
  static func joined(_ parts: [Forecasts]) -> Forecasts {
    Forecasts(
      values: Matrix(
        rows: parts.reduce(0) { $0 + $1.values.rows }, columns: parts.first?.values.columns ?? 0,
        elements: parts.flatMap(\.values.elements)))
  }
}
