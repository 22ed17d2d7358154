/// One decision of a dual-layer portfolio and why it was made.
public struct TriggerEvent: Sendable, Hashable {
  /// The row of the panel that decided.
  public let row: Int
  /// Everything that called for a decision, at least one.
  public let triggers: [RebalancingTrigger]
  /// The state of the market.
  public let state: MarketState
  /// λ of the row's smoothing.
  public let rate: Double
  /// The one-way change of the portfolio that was ordered.
  public let turnover: Double
  /// Whether the trade limits cut it.
  public let isLimited: Bool
}
