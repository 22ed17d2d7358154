internal import Autodiff

/// The covariance of a dual-layer portfolio at the close of a row.
public enum DualLayerCovariance: Sendable, Hashable {
  /// The sample covariance of the last rows.
  case rolling(window: Int)
  /// EGARCH volatilities and dynamic conditional correlations, forecast for the next row: estimated on
  /// up to `history` past rows, on every `refit`-th row from the first possible one on whatever rows are
  /// asked for, and filtered over the last `window`.
  case conditional(history: Int, refit: Int, window: Int)

  /// The first row that has one.
  public var requiredRows: Int {
    switch self {
    case .rolling(let window): window
    case .conditional(_, _, let window): max(window, 504)
    }
  }

  /// Estimates at the rows of a range in ascending order; `body` gets each row's.
  ///
  /// Throws a ``RuleFailure`` for a row whose estimation does not converge.
  func forEach(
    in rows: Range<Int>, of data: MarketData, _ body: (Int, Matrix) throws -> Void
  ) throws {
    switch self {
    case .rolling(let window):
      let estimator = SampleCovariance(window: window)
      for row in rows {
        try body(row, Self.estimate(estimator, data, row))
      }
    case .conditional(let history, let refit, let window):
      let model = CorrelationModel(.dynamic, margin: VolatilityModel(.egarch))
      var current: (estimator: ConditionalCovariance, row: Int)?
      for row in rows {
        let fitted = requiredRows + (row - requiredRows) / refit * refit
        if current?.row != fitted {
          let first = max(data.firstReturnRow, fitted - history + 1)
          let n = data.assets.count
          let returns = Matrix(
            rows: fitted - first + 1, columns: n,
            elements: Array(data.returns.elements[first * n..<(fitted + 1) * n]))
          do {
            current = (ConditionalCovariance(try model.fit(returns), window: window), fitted)
          } catch { throw RuleFailure(row: fitted, underlying: error) }
        }
        guard let current else { continue }
        try body(row, Self.estimate(current.estimator, data, row))
      }
    }
  }

  private static func estimate(
    _ estimator: any CovarianceEstimator, _ data: MarketData, _ row: Int
  ) -> Matrix {
    let n = data.assets.count
    return Matrix(
      rows: n, columns: n, elements: covariances(at: [row], of: data, by: estimator))
  }
}
