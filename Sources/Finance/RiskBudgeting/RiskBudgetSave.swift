/// What the forward pass leaves for the backward pass, one block of `Double` per date.
///
/// Of `n` assets the `m ≤ n` with a positive budget are *active*; their numbers are stored densely,
/// padded to whole vectors as `LinearAlgebraKernels` wants them.
package enum RiskBudgetSave {
  /// `1ᵀy`.
  static let total = 0
  /// `wᵀΣw`.
  static let variance = 1
  /// `Σ b`.
  static let budgetSum = 2
  /// `m`.
  static let activeCount = 3
  /// 1 if the backward system is to be solved by a factorisation, 0 if by conjugate gradients.
  static let factors = 4
  /// `y` `[n]`, zero where the budget is.
  package static let y = 8

  /// The length of a padded vector of `n` elements.
  static func stride(_ n: Int) -> Int { (n + 7) & ~7 }
  /// Where `√(b / Σb)` `[m]` of the active assets starts.
  static func rootShares(_ n: Int) -> Int { y + stride(n) }
  /// Where `s = u ⊘ √β` `[m]` starts, `K = diag(s) C diag(s)`.
  static func scale(_ n: Int) -> Int { y + 2 * stride(n) }
  /// Where the correlations `C` `[m, m]` start.
  static func correlations(_ n: Int) -> Int { y + 3 * stride(n) }
  /// The number of `Double` of one date.
  static func count(_ n: Int) -> Int { correlations(n) + stride(n) * stride(n) }
}
