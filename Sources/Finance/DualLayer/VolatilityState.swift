/// How volatile the market is beside its own past.
public enum VolatilityState: Int, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// Below the lower quantile.
  case low
  /// In between.
  case medium
  /// Above the upper quantile.
  case high

  /// The state of a rank among past values, in [0, 1].
  public init(rank: Double, quantiles: ClosedRange<Double>) {
    self =
      if rank < quantiles.lowerBound { .low } else if rank > quantiles.upperBound { .high } else {
        .medium
      }
  }

  /// The name in configs and logs.
  public var description: String {
    switch self {
    case .low: "low"
    case .medium: "medium"
    case .high: "high"
    }
  }
}
