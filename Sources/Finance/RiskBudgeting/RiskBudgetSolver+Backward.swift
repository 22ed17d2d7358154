extension RiskBudgetSolver {
  /// Adds the exact gradient of one date to the given accumulators, without allocating.
  ///
  /// By the implicit function theorem, with `S = diag(w) Σ diag(w) / wᵀΣw` and `β = b / Σb`, solve
  /// `(S + diag β) p = w ⊙ (w̄ − (w̄ᵀw) 1)`; then `∂L/∂b = p / Σb` and
  /// `∂L/∂Σ = −½ [(w ⊙ p) wᵀ + w (w ⊙ p)ᵀ] / wᵀΣw`. The system is solved scaled by `diag(β)^-½` on
  /// both sides: its matrix is then `I + K` of the forward pass, whose factor is in the save area.
  /// (It was made at the start of the last Newton step, within `tolerance` of the solution; so near
  /// is the gradient to the exact one.)
  ///
  /// Entries of excluded assets receive nothing. `bᵀ ∂L/∂b = 0` and `⟨∂L/∂Σ, Σ⟩ = 0`: the weights
  /// ignore the scale of either input.
  ///
  /// Shapes: `cotangent` `[n]`, `covarianceGradient` `[n, n]`, `budgetGradient` `[n]`, `scratch`
  /// ``scratchCount(_:)``.
  package static func backward(
    count n: Int, cotangent: UnsafePointer<Double>, save: UnsafePointer<Double>,
    scratch: UnsafeMutablePointer<Double>, covarianceGradient: UnsafeMutablePointer<Double>?,
    budgetGradient: UnsafeMutablePointer<Double>?
  ) {
    let (y, root) = (save + RiskBudgetSave.y, save + RiskBudgetSave.rootShares(n))
    let (p, w, t) = (scratch, scratch + n, scratch + 2 * n)
    let m = Int(save[RiskBudgetSave.activeCount])

    var mean = 0.0
    for i in 0..<n {
      w[i] = y[i] / save[RiskBudgetSave.total]
      if w[i] > 0 { mean += cotangent[i] * w[i] }
    }
    var k = 0
    for i in 0..<n where w[i] > 0 {
      p[k] = w[i] * (cotangent[i] - mean) / root[k]
      k += 1
    }
    let factor = save + RiskBudgetSave.factor(n)
    Cholesky.solveTransposed(count: m, factor: factor, vector: p)
    Cholesky.solve(count: m, factor: factor, vector: p)
    for k in 0..<m { p[k] /= root[k] }

    if let budgetGradient {
      let inverseSum = 1 / save[RiskBudgetSave.budgetSum]
      k = 0
      for i in 0..<n where w[i] > 0 {
        budgetGradient[i] += p[k] * inverseSum
        k += 1
      }
    }
    if let covarianceGradient {
      let half = -0.5 / save[RiskBudgetSave.variance]
      k = 0
      for i in 0..<n {
        t[i] = 0
        guard w[i] > 0 else { continue }
        t[i] = half * (w[i] * p[k])
        k += 1
      }
      for i in 0..<n where w[i] > 0 {
        let (row, wi, ti) = (covarianceGradient + i * n, w[i], t[i])
        for j in 0..<n { row[j] += ti * w[j] + wi * t[j] }
      }
    }
  }
}
