public import Autodiff

/// Paths made of the rows of a history, by the stationary bootstrap.
///
/// Whole rows are drawn, so that what happened together stays together; blocks keep the dependence over
/// time. Nothing is assumed of distributions, and nothing that never happened comes up.
public struct BootstrapSimulator: MarketSimulator {
  /// The simple returns `[T, N]` that rows are drawn from.
  public let history: Matrix
  /// How rows are drawn.
  public let bootstrap: StationaryBootstrap
  /// N, the number of assets.
  public var assets: Int { history.columns }

  /// Draws from a history; `meanBlock` nil takes the longest of the assets' automatic block lengths, by
  /// their squared returns: what lasts in markets is volatility.
  public init(history: Matrix, meanBlock: Double? = nil) {
    check(history.rows >= 2 && history.columns >= 1, "BootstrapSimulator: an empty history")
    self.history = history
    let length =
      meanBlock
      ?? (0..<history.columns).map { i in
        StationaryBootstrap.optimalBlock(history.column(i).map { $0 * $0 })
      }.reduce(1, max)
    bootstrap = StationaryBootstrap(meanBlock: length)
  }

  /// Draws simple returns `[rows, assets]`.
  public func returns(rows: Int, generator: inout SplitMix64) -> Matrix {
    var drawn = [Int](repeating: 0, count: rows)
    bootstrap.draw(rows: history.rows, into: &drawn, generator: &generator)
    let n = assets
    var result = Matrix(rows: rows, columns: n)
    for (t, row) in drawn.enumerated() {
      for i in 0..<n { result.elements[t * n + i] = history.elements[row * n + i] }
    }
    return result
  }
}
