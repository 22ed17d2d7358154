internal import Autodiff

/// How much one decision may trade.
///
/// - Units: fractions of wealth. The total is one-way, what is bought: `½ Σ|Δw|`; of both sides it could
///   not exceed twice the change of one asset, and a limit of 15 % would leave the one of 8 % idle.
public struct TradeLimits: Sendable, Hashable {
  /// The largest one-way change of the portfolio.
  public var total: Double
  /// The largest change of one asset.
  public var single: Double

  /// Limits above 0.
  public init(total: Double = 0.15, single: Double = 0.08) {
    check(
      total > 0 && single > 0, "TradeLimits: total \(total), single \(single); expected above 0")
    self.total = total
    self.single = single
  }

  /// Whether going from one portfolio to another keeps the limits.
  public func admit(from held: [Double], to target: [Double]) -> Bool {
    let changes = zip(held, target).map { ($0 - $1).magnitude }
    return changes.allSatisfy { $0 <= single } && changes.reduce(0, +) <= 2 * total
  }

  /// The portfolio of given risk budgets that the limits allow from a fully invested one.
  ///
  /// Risk budgeting with the limits as constraints, calibrated: assets off their limits keep their
  /// relative risk contributions. In a corner of the limits, where no asset is off them and that says
  /// nothing, it is the point farthest along the line to `free`, the portfolio without limits. Throws a
  /// ``ConstrainedRiskBudgetError`` for a covariance that is none.
  public func portfolio(
    covariance: Matrix, budgets: [Double], held: [Double], free: [Double]
  ) throws(ConstrainedRiskBudgetError) -> [Double] {
    do throws(ConstrainedRiskBudgetError) {
      return try ConstrainedRiskBudgetSolver(definition: .calibrated).solve(
        covariance: covariance, budgets: budgets,
        constraints: WeightConstraints(
          count: held.count, lower: held.map { max(0, $0 - single) },
          upper: held.map { min(1, $0 + single) }, previousWeights: held,
          turnoverLimit: 2 * total)
      ).weights
    } catch {
      guard case .notConverged = error else { throw error }
      return towards(free, from: held)
    }
  }

  /// The point farthest along the line to a portfolio that the limits allow.
  func towards(_ target: [Double], from held: [Double]) -> [Double] {
    let changes = zip(target, held).map { $0 - $1 }
    let largest = changes.map(\.magnitude).reduce(0, max)
    let all = 0.5 * changes.reduce(0) { $0 + $1.magnitude }
    let part = min(1, largest > 0 ? single / largest : 1, all > 0 ? total / all : 1)
    return zip(held, changes).map { $0 + part * $1 }
  }
}
