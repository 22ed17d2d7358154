/// A cell of the strategic layer: a phase of the economy and a state of volatility.
public struct MarketState: Sendable, Hashable, CustomStringConvertible {
  /// The phase of the economy.
  public let phase: EconomicPhase
  /// The state of volatility.
  public let volatility: VolatilityState

  /// A cell.
  public init(_ phase: EconomicPhase, _ volatility: VolatilityState) {
    self.phase = phase
    self.volatility = volatility
  }

  /// The number of cells.
  public static let count = EconomicPhase.allCases.count * VolatilityState.allCases.count

  /// The number of the cell, phase by phase, each from low to high.
  public var index: Int { phase.rawValue * VolatilityState.allCases.count + volatility.rawValue }

  /// The name in logs: `recovery/low`.
  public var description: String { "\(phase)/\(volatility)" }
}
