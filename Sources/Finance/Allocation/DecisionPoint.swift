internal import Autodiff

/// What a rule may read when it decides at the close of a row: the past up to that row, never beyond.
public struct DecisionPoint: Sendable {
  /// The row whose close decides.
  public let row: Int
  /// The covariance of simple returns per row that was estimated by then, `[N, N]`.
  public let covariance: Matrix
  private let data: MarketData

  /// The close of a row of some data, with the covariance estimated by then.
  public init(row: Int, of data: MarketData, covariance: Matrix) {
    check(data.dates.indices.contains(row), "DecisionPoint: row \(row) of \(data.dates.count)")
    check(
      covariance.rows == data.assets.count && covariance.columns == data.assets.count,
      "DecisionPoint: covariance \(covariance.rows) × \(covariance.columns) for "
        + "\(data.assets.count) assets")
    self.row = row
    self.data = data
    self.covariance = covariance
  }

  /// N, the number of assets.
  public var assets: Int { covariance.rows }

  /// The simple returns `[count, N]` of the last rows, this one included.
  public func returns(last count: Int) -> Matrix {
    checkHistory(count)
    let n = assets
    return Matrix(
      rows: count, columns: n,
      elements: Array(data.returns.elements[(row - count + 1) * n..<(row + 1) * n]))
  }

  /// The mean simple return of each asset in excess of cash over the last rows, per row.
  public func meanExcessReturns(last count: Int) -> [Double] {
    checkHistory(count)
    return (0..<assets).map { i in
      var sum = 0.0
      for t in row - count + 1...row { sum += data.returns[t, i] - data.cashReturns[t] }
      return sum / Double(count)
    }
  }

  /// The simple returns `[count]` of cash over the last rows, this one included.
  public func cashReturns(last count: Int) -> [Double] {
    checkHistory(count)
    return Array(data.cashReturns[row - count + 1...row])
  }

  private func checkHistory(_ count: Int) {
    check(
      count >= 1 && count <= row, "DecisionPoint: the last \(count) returns of row \(row)")
  }
}
