internal import Autodiff

/// Lower and upper bounds of shares that sum to one: of risk budgets, or of weights.
///
/// `0 ≤ lowerᵢ ≤ upperᵢ ≤ 1` and `Σ lower ≤ 1 ≤ Σ upper`, so that at least one allocation satisfies
/// them; what does not is refused when the bounds are made.
public struct SimplexBounds: Sendable, Hashable {
  /// The smallest share of each asset.
  public let lower: [Double]
  /// The largest share of each asset.
  public let upper: [Double]

  /// What they were given as, where they are the same multiples for every asset.
  private let multiples: Multiples?

  private struct Multiples: Hashable {
    let floor, cap: Double
  }

  /// The number of assets.
  public var count: Int { lower.count }

  /// The same bounds for every asset, as multiples of the equal share `1 / count`.
  ///
  /// Multiples keep their meaning when the universe grows: a floor of 0.2 leaves an asset a fifth of
  /// its equal share, where an absolute floor of 0.02 would freeze fifty assets at once. A cap above
  /// `count` is no cap.
  public init(count: Int, floor: Double, cap: Double) throws(SimplexBoundsError) {
    check(count > 0, "SimplexBounds: \(count) assets")
    guard floor >= 0 else { throw .invalidFloor(asset: nil, value: floor) }
    guard floor <= 1 else { throw .floorsTooHigh(sum: floor, count: count) }
    guard cap >= 1 else { throw .capsTooLow(sum: cap, count: count) }
    lower = [Double](repeating: floor / Double(count), count: count)
    upper = [Double](repeating: min(1, cap / Double(count)), count: count)
    multiples = Multiples(floor: floor, cap: cap)
  }

  /// Bounds asset by asset, as absolute shares.
  public init(lower: [Double], upper: [Double]) throws(SimplexBoundsError) {
    let count = lower.count
    check(
      count > 0 && upper.count == count,
      "SimplexBounds: \(count) lower, \(upper.count) upper bounds")
    for i in 0..<count {
      guard lower[i] >= 0, lower[i].isFinite else { throw .invalidFloor(asset: i, value: lower[i]) }
      guard lower[i] <= upper[i] else {
        throw .floorAboveCap(asset: i, floor: lower[i], cap: upper[i])
      }
    }
    let rounding = 4 * Double(count) * Double.ulpOfOne
    let floors = lower.reduce(0, +)
    guard floors <= 1 + rounding else { throw .floorsTooHigh(sum: floors, count: count) }
    let caps = upper.reduce(0) { $0 + min(1, $1) }
    guard caps >= 1 - rounding else { throw .capsTooLow(sum: caps, count: count) }
    self.lower = lower
    self.upper = upper.map { min(1, $0) }
    multiples = nil
  }

  /// The bounds of some of the assets among themselves: each keeps its multiples of the equal share.
  ///
  /// Throws where bounds that differ between assets leave those no allocation.
  public func restricted(to assets: [Int]) throws(SimplexBoundsError) -> SimplexBounds {
    if let multiples {
      return try SimplexBounds(count: assets.count, floor: multiples.floor, cap: multiples.cap)
    }
    let scale = Double(count) / Double(assets.count)
    return try SimplexBounds(
      lower: assets.map { lower[$0] * scale }, upper: assets.map { upper[$0] * scale })
  }
}

/// Bounds of risk budgets; see ``SimplexBounds``.
public typealias BudgetBounds = SimplexBounds
