internal import Autodiff

/// What makes a dual-layer portfolio decide anew.
public struct RebalancingTriggers: Sendable, Hashable {
  /// Which eigenvalues of the correlation matrix are watched.
  public enum Eigenvalues: String, Sendable, Hashable, CaseIterable {
    /// Every one.
    case any
    /// The largest: how much the assets move together.
    case largest
  }

  /// Whether a change of the market's state decides anew.
  public var onStateChange: Bool
  /// The relative move of an eigenvalue since the last decision that does; infinite for never.
  public var eigenvalueChange: Double
  /// Which eigenvalues.
  public var eigenvalues: Eigenvalues
  /// The distance of a share of risk from its budget that does; infinite for never.
  public var riskDeviation: Double
  /// The calendar that does anyway; nil for never.
  public var calendar: RebalancingSchedule?
  /// Whether a trade cut by its limits goes on at the next check.
  public var continues: Bool

  /// The published triggers: state change, eigenvalues 15 %, shares of risk 10 points, every month.
  public init(
    onStateChange: Bool = true, eigenvalueChange: Double = 0.15, eigenvalues: Eigenvalues = .any,
    riskDeviation: Double = 0.1, calendar: RebalancingSchedule? = .monthly, continues: Bool = false
  ) {
    check(
      eigenvalueChange > 0 && riskDeviation > 0,
      "RebalancingTriggers: eigenvalue change \(eigenvalueChange), risk deviation \(riskDeviation)")
    self.onStateChange = onStateChange
    self.eigenvalueChange = eigenvalueChange
    self.eigenvalues = eigenvalues
    self.riskDeviation = riskDeviation
    self.calendar = calendar
    self.continues = continues
  }

  /// The largest relative move of the watched eigenvalues, if beyond the threshold; both descending.
  package func eigenvalueMove(from old: [Double], to new: [Double]) -> RebalancingTrigger? {
    var worst: (rank: Int, change: Double)?
    for k in 0..<(eigenvalues == .largest ? min(1, new.count) : new.count) {
      // An eigenvalue that vanished has no relative move.
      guard old[k] > 1e-12 else { continue }
      let change = new[k] / old[k] - 1
      if change.magnitude > max(eigenvalueChange, worst?.change.magnitude ?? 0) {
        worst = (k, change)
      }
    }
    return worst.map { .eigenvalue(rank: $0.rank, change: $0.change) }
  }

  /// The share of risk farthest off its budget, if beyond the threshold.
  package func deviation(of shares: [Double], from budgets: [Double]) -> RebalancingTrigger? {
    var worst: (asset: Int, deviation: Double)?
    for i in shares.indices {
      let deviation = shares[i] - budgets[i]
      if deviation.magnitude > max(riskDeviation, worst?.deviation.magnitude ?? 0) {
        worst = (i, deviation)
      }
    }
    return worst.map { .riskContribution(asset: $0.asset, deviation: $0.deviation) }
  }
}
