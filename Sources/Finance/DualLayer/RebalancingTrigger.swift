/// Why a dual-layer portfolio was decided anew.
public enum RebalancingTrigger: Sendable, Hashable, CustomStringConvertible {
  /// The first decision.
  case start
  /// The calendar's turn.
  case calendar
  /// The market went from one state to another.
  case stateChange(from: MarketState, to: MarketState)
  /// The k-th largest eigenvalue of the correlation matrix has moved by a fraction of its value at the
  /// last decision.
  case eigenvalue(rank: Int, change: Double)
  /// An asset's share of risk is off its budget.
  case riskContribution(asset: Int, deviation: Double)
  /// The last decision was cut short by the trade limits.
  case continuation

  /// The name in logs, without numbers.
  public var name: String {
    switch self {
    case .start: "start"
    case .calendar: "calendar"
    case .stateChange: "state"
    case .eigenvalue: "eigenvalue"
    case .riskContribution: "risk-contribution"
    case .continuation: "continuation"
    }
  }

  /// The reason in words.
  public var description: String { reason(assets: []) }

  /// The reason in words, with the names of the assets.
  public func reason(assets: [String]) -> String {
    switch self {
    case .start: "first decision"
    case .calendar: "a new period begins"
    case .stateChange(let from, let to): "from \(from) to \(to)"
    case .eigenvalue(let rank, let change):
      "eigenvalue \(rank + 1) moved by \(Self.percent(change))"
    case .riskContribution(let asset, let deviation):
      "\(asset < assets.count ? assets[asset] : "asset \(asset)") is \(Self.percent(deviation)) off "
        + "its budget"
    case .continuation: "the last trade was cut by its limits"
    }
  }

  /// Percent with one decimal.
  private static func percent(_ fraction: Double) -> String {
    let tenths = (fraction * 1000).rounded()
    let sign = tenths < 0 ? "-" : ""
    let value = Int(tenths.magnitude)
    return "\(sign)\(value / 10).\(value % 10) %"
  }
}
