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

  /// Their names.
  public var assetNames: [String] { data.assets }

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

  /// The assets that were listed at least `history` rows before, ascending.
  public func members(history: Int) -> [Int] {
    data.listings.indices.filter { row >= data.listings[$0] + history }
  }

  /// The same point for some of the assets alone, of which it knows the last `count` rows of returns;
  /// they have as much history.
  public func restricted(to members: [Int], last count: Int) -> DecisionPoint {
    checkHistory(max(1, count))
    let rows = row - max(1, count)..<row + 1
    let (n, m) = (assets, members.count)
    let own = MarketData(
      dates: Array(data.dates[rows]), assets: members.map { data.assets[$0] },
      prices: Matrix(
        rows: rows.count, columns: m,
        elements: rows.flatMap { t in members.map { data.prices.elements[t * n + $0] } }),
      cashLevels: data.cashLevels.map { Array($0[rows]) })
    return DecisionPoint(
      row: rows.count - 1, of: own,
      covariance: Matrix(
        rows: m, columns: m, elements: members.flatMap { i in members.map { covariance[i, $0] } }))
  }

  private func checkHistory(_ count: Int) {
    check(
      count >= 1 && count <= row, "DecisionPoint: the last \(count) returns of row \(row)")
  }
}
