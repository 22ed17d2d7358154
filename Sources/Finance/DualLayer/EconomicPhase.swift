/// The four phases of the economic cycle, by the level and the change of a leading indicator.
///
/// | | rising | falling |
/// |---|---|---|
/// | above its mean | expansion | deceleration |
/// | below | recovery | recession |
public enum EconomicPhase: Int, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// Below the mean and rising.
  case recovery
  /// Above the mean and rising.
  case expansion
  /// Above the mean and falling.
  case deceleration
  /// Below the mean and falling.
  case recession

  /// The phase of a level and its change; zero counts as above, and as rising.
  public init(level: Double, change: Double) {
    self =
      if change >= 0 {
        level >= 0 ? .expansion : .recovery
      } else {
        level >= 0 ? .deceleration : .recession
      }
  }

  /// The name in configs and logs.
  public var description: String {
    switch self {
    case .recovery: "recovery"
    case .expansion: "expansion"
    case .deceleration: "deceleration"
    case .recession: "recession"
    }
  }
}
