/// What the forward pass leaves for the backward pass, one block of `Double` per date.
///
/// Of `n` assets the `m ≤ n` with a positive budget are *active*; their numbers are stored densely.
package enum RiskBudgetSave {
  /// `1ᵀy`.
  static let total = 0
  /// `wᵀΣw`.
  static let variance = 1
  /// `Σ b`.
  static let budgetSum = 2
  /// `m`.
  static let activeCount = 3
  /// `y` `[n]`, zero where the budget is.
  package static let y = 4

  /// Where `√(b / Σb)` `[m]` of the active assets starts.
  static func rootShares(_ n: Int) -> Int { y + n }
  /// Where the factor `R` `[m, m]` of `I + K` starts; see ``RiskBudgetSolver/solve``.
  static func factor(_ n: Int) -> Int { y + 2 * n }
}
