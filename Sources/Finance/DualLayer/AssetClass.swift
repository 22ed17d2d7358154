/// The classes of the strategic budget table.
public enum AssetClass: String, Sendable, Hashable, CaseIterable {
  /// Shares.
  case equities
  /// Government and corporate bonds.
  case bonds
  /// Metals, energy and the like.
  case commodities
  /// Property.
  case realEstate

  /// The position in a row of the table.
  public var index: Int {
    switch self {
    case .equities: 0
    case .bonds: 1
    case .commodities: 2
    case .realEstate: 3
    }
  }
}
