internal import Autodiff

/// Projected budgets, with all that their exact gradient needs.
public struct BudgetProjectionSolution: Sendable {
  /// The budgets, which sum to one and keep the bounds.
  public let budgets: [Double]
  /// The active bounds with their multipliers.
  public let multipliers: [(constraint: WeightConstraint, multiplier: Double)]
  /// The number of bounds that are met without being needed, or needed with a multiplier of zero:
  /// where the gradient is one-sided.
  public let weaklyActiveBounds: Int
  /// For each asset the bound that holds it: −1 its lower, 1 its upper, 0 none.
  let held: [Int]
  /// The active rows: the sum first, then groups, `true` at their maximum.
  let rows: [(members: [Int], group: (index: Int, isMaximum: Bool)?)]
  let groupCount: Int

  /// The gradients of a loss whose gradient with respect to the budgets is `cotangent`.
  public func gradient(cotangent: [Double]) -> BudgetProjectionGradient {
    let n = budgets.count
    check(
      cotangent.count == n,
      "BudgetProjectionSolution: \(cotangent.count) cotangents for \(n) budgets")
    let ν = BudgetProjectionSearch.multipliers(rows.map(\.members), held, cotangent)
    var rest = cotangent
    for (row, multiplier) in zip(rows, ν) { for i in row.members { rest[i] -= multiplier } }
    let zeros = [Double](repeating: 0, count: n)
    var result = BudgetProjectionGradient(
      budgets: zeros, lower: zeros, upper: zeros,
      groupMinima: [Double](repeating: 0, count: groupCount),
      groupMaxima: [Double](repeating: 0, count: groupCount))
    for i in 0..<n {
      switch held[i] {
      case 0: result.budgets[i] = rest[i]
      case 1: result.upper[i] = rest[i]
      default: result.lower[i] = rest[i]
      }
    }
    for (row, multiplier) in zip(rows, ν) {
      guard let group = row.group else { continue }
      if group.isMaximum {
        result.groupMaxima[group.index] = multiplier
      } else {
        result.groupMinima[group.index] = multiplier
      }
    }
    return result
  }
}

/// The gradient of a loss with respect to what was projected, and to the bounds.
public struct BudgetProjectionGradient: Sendable, Hashable {
  /// `∂L/∂z` `[N]`; zero where a bound holds.
  public var budgets: [Double]
  /// `∂L/∂l` `[N]`.
  public var lower: [Double]
  /// `∂L/∂c` `[N]`.
  public var upper: [Double]
  /// `∂L/∂m`, one for each group.
  public var groupMinima: [Double]
  /// `∂L/∂M`, one for each group.
  public var groupMaxima: [Double]
}
