public import Autodiff

/// A source of simulated markets: returns of some assets, row by row.
///
/// Every path has a stream of its own, split by its number from the generator given: path 7 is the same
/// whether it is drawn alone, after six others, or on another thread.
public protocol MarketSimulator: Sendable {
  /// The number of assets.
  var assets: Int { get }

  /// Draws simple returns `[rows, assets]`; advances the generator.
  func returns(rows: Int, generator: inout SplitMix64) -> Matrix
}

extension MarketSimulator {
  /// Path number `index` of simulated returns `[rows, assets]`.
  public func path(_ index: Int, rows: Int, generator: SplitMix64) -> Matrix {
    var stream = generator.split("path \(index)")
    return returns(rows: rows, generator: &stream)
  }
}
