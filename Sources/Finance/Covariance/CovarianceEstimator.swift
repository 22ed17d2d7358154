internal import Autodiff

/// Estimates the covariance of simple returns per row from the last rows before a decision.
///
/// Returns arrive row-major, so a window of consecutive rows is one block of memory: estimating at
/// thousands of dates copies nothing.
public protocol CovarianceEstimator: Sendable {
  /// The number of rows of returns that an estimate uses.
  var window: Int { get }

  /// Writes the covariance `[assets, assets]`, symmetric, of returns `[window, assets]`.
  ///
  /// The last row of returns is the latest. Units: simple returns per row, squared.
  func estimate(
    returns: UnsafeBufferPointer<Double>, assets: Int,
    into covariance: UnsafeMutableBufferPointer<Double>)

  /// The covariances at some rows: flat `[D, N, N]`, each from the `window` rows up to its own.
  ///
  /// Rows before `requiredRows` or beyond the data stop the program. Units: simple returns per row,
  /// squared. Throws where a model cannot be estimated.
  func covariances(at rows: [Int], of data: MarketData) throws -> [Double]
}

extension CovarianceEstimator {
  /// The first row at which an estimate exists: its window must not reach row 0, which has no
  /// return.
  public var requiredRows: Int { window }

  /// The covariance of the last `window` rows of a matrix of simple returns per row.
  public func covariance(of returns: Matrix) -> Matrix {
    let assets = returns.columns
    check(
      returns.rows >= window, "covariance: \(returns.rows) rows of returns; expected \(window)")
    var result = Matrix(rows: assets, columns: assets)
    returns.elements.withUnsafeBufferPointer { all in
      result.elements.withUnsafeMutableBufferPointer {
        let first = (returns.rows - window) * assets
        estimate(returns: UnsafeBufferPointer(rebasing: all[first...]), assets: assets, into: $0)
      }
    }
    return result
  }

  /// Each estimate by itself, from its own window.
  public func covariances(at rows: [Int], of data: MarketData) throws -> [Double] {
    Finance.covariances(at: rows, of: data, by: self)
  }
}

/// The covariances at some rows of the assets available at each: flat `[D, N, N]`, each by itself from
/// the `window` rows up to its own, with zeros for the other assets.
///
/// What is estimated from all returns together, such as a shrinkage, comes from those of the available
/// assets alone. They must have a return on every row of the window; other preconditions and units as
/// for a complete universe.
public func covariances(
  at rows: [Int], of data: MarketData, by estimator: any CovarianceEstimator,
  among availability: Availability
) -> [Double] {
  let (n, window) = (data.assets.count, estimator.window)
  check(
    availability.assets == n && availability.decisions == rows.count,
    "covariances: \(availability.decisions) × \(availability.assets) flags for \(rows.count) rows of "
      + "\(n) assets")
  var result = [Double](repeating: 0, count: rows.count * n * n)
  for (d, row) in rows.enumerated() {
    check(
      row >= estimator.requiredRows && row < data.dates.count,
      "covariances: row \(row); expected \(estimator.requiredRows)..<\(data.dates.count)")
    let members = availability.members(at: d)
    for i in members {
      check(
        row >= data.listings[i] + window,
        "covariances: \(data.assets[i]) is available at row \(row), \(row - data.listings[i]) rows "
          + "after its listing; expected \(window)")
    }
    let returns = Matrix(
      rows: window, columns: members.count,
      elements: (row - window + 1...row).flatMap { t in
        members.map { data.returns.elements[t * n + $0] }
      })
    let own = estimator.covariance(of: returns)
    for (a, i) in members.enumerated() {
      for (b, j) in members.enumerated() { result[(d * n + i) * n + j] = own[a, b] }
    }
  }
  return result
}

/// The covariances at some rows: flat `[D, N, N]`, each by itself from the `window` rows up to its own.
///
/// Rows before `requiredRows` or beyond the data stop the program. Units: simple returns per row,
/// squared.
public func covariances(
  at rows: [Int], of data: MarketData, by estimator: any CovarianceEstimator
) -> [Double] {
  let (assets, window) = (data.assets.count, estimator.window)
  for row in rows {
    check(
      row >= estimator.requiredRows && row < data.dates.count,
      "covariances: row \(row); expected \(estimator.requiredRows)..<\(data.dates.count)")
  }
  let size = assets * assets
  var result = [Double](repeating: 0, count: rows.count * size)
  data.returns.elements.withUnsafeBufferPointer { returns in
    result.withUnsafeMutableBufferPointer { result in
      for (d, row) in rows.enumerated() {
        estimator.estimate(
          returns: UnsafeBufferPointer(
            rebasing: returns[(row - window + 1) * assets..<(row + 1) * assets]),
          assets: assets,
          into: UnsafeMutableBufferPointer(rebasing: result[d * size..<(d + 1) * size]))
      }
    }
  }
  return result
}
