internal import Autodiff

/// The covariance that a model of conditional correlations forecasts, estimated anew every so often.
///
/// The model is fitted on fixed rows, `window`, `window + refitEvery`, …, each time to the `window` rows up
/// to it; a row uses the parameters of the last of them, and filters its own `window` rows with them. So
/// whatever a row uses, parameters included, comes from rows up to its own, and is the same whichever
/// other rows are asked for. Positive definite by construction.
public struct RefittedCovariance: CovarianceEstimator, Hashable {
  /// The model.
  public let model: CorrelationModel
  /// The number of rows that the model is fitted to and filters; at least
  /// ``VolatilityModel/minimumReturns``.
  public let window: Int
  /// The rows after which the model is fitted again; at least 1.
  public let refitEvery: Int

  /// The model over `window` rows, fitted again after `refitEvery` rows.
  public init(_ model: CorrelationModel, window: Int, refitEvery: Int) {
    check(
      window >= VolatilityModel.minimumReturns,
      "RefittedCovariance: window \(window); expected at least \(VolatilityModel.minimumReturns)")
    check(refitEvery >= 1, "RefittedCovariance: refit every \(refitEvery) rows; expected 1 or more")
    self.model = model
    self.window = window
    self.refitEvery = refitEvery
  }

  /// Writes the forecast of a model fitted to the returns.
  ///
  /// NaN where there is none, since solvers refuse that; ``covariances(at:of:)`` and ``forecast(returns:)`` throw the reason.
  public func estimate(
    returns: UnsafeBufferPointer<Double>, assets: Int,
    into covariance: UnsafeMutableBufferPointer<Double>
  ) {
    let matrix = Matrix(
      rows: window, columns: assets, elements: Array(returns[0..<window * assets]))
    let next = try? forecast(returns: matrix)
    for index in 0..<assets * assets { covariance[index] = next?.elements[index] ?? .nan }
  }

  /// The covariance of the row after some returns, by a model fitted to them.
  public func forecast(returns: Matrix) throws(VolatilityError) -> Matrix {
    try model.fit(returns).forecast(after: returns, horizon: 1)[0]
  }

  /// The covariances at ascending rows, `[D, N, N]`; throws ``VolatilityError``.
  public func covariances(at rows: [Int], of data: MarketData) throws -> [Double] {
    let assets = data.assets.count
    var result: [Double] = []
    result.reserveCapacity(rows.count * assets * assets)
    func returns(endingAt row: Int) -> Matrix {
      let first = (row - window + 1) * assets
      return Matrix(
        rows: window, columns: assets,
        elements: Array(data.returns.elements[first..<(row + 1) * assets]))
    }
    var current: (estimator: ConditionalCovariance, row: Int)?
    for row in rows {
      check(
        row >= requiredRows && row < data.dates.count,
        "covariances: row \(row); expected \(requiredRows)..<\(data.dates.count)")
      let fitted = requiredRows + (row - requiredRows) / refitEvery * refitEvery
      if current?.row != fitted {
        let fit = try model.fit(returns(endingAt: fitted))
        current = (ConditionalCovariance(fit, window: window), fitted)
      }
      if let current {
        result += current.estimator.covariance(of: returns(endingAt: row)).elements
      }
    }
    return result
  }
}
