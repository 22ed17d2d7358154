internal import Autodiff

/// The holdings of a portfolio from row to row, as ``PortfolioPath`` moves them: for strategies whose
/// decisions depend on what they hold.
///
/// Decisions are traded `lag` rows after the row that makes them, so that at most one order is on its
/// way at a time.
public struct DriftingHoldings: Sendable {
  /// The fractions of wealth in each asset; the rest is cash.
  public private(set) var weights: [Double]
  /// The decision on its way to the market and the row that trades it.
  public private(set) var order: (weights: [Double], row: Int)?
  private let lag: Int

  /// A portfolio in cash.
  public init(assets: Int, lag: Int) {
    check(assets >= 1 && lag >= 0, "DriftingHoldings: \(assets) assets, lag \(lag)")
    weights = [Double](repeating: 0, count: assets)
    self.lag = lag
  }

  /// Lives through a row to its close: earns, drifts, and trades an order that is due.
  public mutating func pass(row: Int, of data: MarketData) {
    let f = data.cashReturns[row]
    var growth = 1 + f
    // What is not held may have no return: it is not listed yet.
    for i in weights.indices where weights[i] != 0 {
      growth += weights[i] * (data.returns[row, i] - f)
    }
    for i in weights.indices where weights[i] != 0 {
      weights[i] *= (1 + data.returns[row, i]) / growth
    }
    settle(row)
  }

  /// Decides at the close of a row, which has passed; with a lag of 0 it is traded there.
  public mutating func decide(_ target: [Double], at row: Int) {
    check(order == nil, "DriftingHoldings: a decision at row \(row) while another is on its way")
    check(target.count == weights.count, "DriftingHoldings: \(target.count) weights")
    order = (target, row + lag)
    settle(row)
  }

  private mutating func settle(_ row: Int) {
    guard let (target, due) = order, due <= row else { return }
    weights = target
    order = nil
  }
}
