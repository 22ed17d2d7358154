internal import Autodiff

/// Which assets are in the universe at each of some decisions: those with enough history by then.
///
/// A decision at row t may hold an asset that was listed at row l (its first price) where
/// `t ≥ l + history`: then it has a return on each of the last `history` rows. So whether an asset is
/// available says nothing of what comes after the decision.
public struct Availability: Sendable, Hashable {
  /// The number of assets, N.
  public let assets: Int
  /// `[D, N]`, row-major.
  public let flags: [Bool]

  /// The number of decisions, D.
  public var decisions: Int { flags.count / assets }

  /// Of flags `[D, N]`, row-major.
  public init(flags: [Bool], assets: Int) {
    check(
      assets > 0 && flags.count % assets == 0,
      "Availability: \(flags.count) flags for \(assets) assets")
    self.flags = flags
    self.assets = assets
  }

  /// Of the assets of some data at some rows, with `history` rows of returns each.
  public init(of data: MarketData, at rows: [Int], history: Int) {
    check(history >= 0, "Availability: a history of \(history) rows")
    self.init(
      flags: rows.flatMap { row in data.listings.map { row >= $0 + history } },
      assets: data.assets.count)
  }

  /// Whether an asset is in the universe at a decision.
  public subscript(decision: Int, asset: Int) -> Bool { flags[decision * assets + asset] }

  /// The assets in the universe at a decision, ascending.
  public func members(at decision: Int) -> [Int] {
    (0..<assets).filter { self[decision, $0] }
  }

  /// Whether the universes of two decisions are the same.
  public func isSame(at decision: Int, as other: Int) -> Bool {
    (0..<assets).allSatisfy { self[decision, $0] == self[other, $0] }
  }

  /// The stretches of consecutive decisions with the same universe, in order.
  public var stretches: [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    for decision in 0..<decisions
    where decision + 1 == decisions || !isSame(at: decision, as: decision + 1) {
      result.append(start..<decision + 1)
      start = decision + 1
    }
    return result
  }

  /// Consecutive decisions.
  public subscript(_ range: Range<Int>) -> Availability {
    Availability(
      flags: Array(flags[range.lowerBound * assets..<range.upperBound * assets]), assets: assets)
  }

  /// Every decision `count` times in a row.
  public func repeated(_ count: Int) -> Availability {
    Availability(
      flags: (0..<decisions).flatMap { decision in
        (0..<count).flatMap { _ in flags[decision * assets..<(decision + 1) * assets] }
      }, assets: assets)
  }
}
