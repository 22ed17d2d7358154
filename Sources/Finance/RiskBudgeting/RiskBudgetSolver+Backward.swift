internal import KernelInterface
internal import Kernels

extension RiskBudgetSolver {
  /// Adds the exact gradient of one date to the given accumulators, without allocating.
  ///
  /// By the implicit function theorem, with `S = diag(w) Σ diag(w) / wᵀΣw` and `β = b / Σb`, solve
  /// `(S + diag β) p = w ⊙ (w̄ − (w̄ᵀw) 1)`; then `∂L/∂b = p / Σb` and
  /// `∂L/∂Σ = −½ [(w ⊙ p) wᵀ + w (w ⊙ p)ᵀ] / wᵀΣw`. The system is solved scaled by `diag(β)^-½` on
  /// both sides: its matrix is then `I + K` of the forward pass at the solution, and conjugate
  /// gradients solve it to rounding in some fifteen products; a factorisation does where the forward
  /// pass needed one.
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
    let (scale, correlations) = (
      save + RiskBudgetSave.scale(n), save + RiskBudgetSave.correlations(n)
    )
    let length = RiskBudgetSave.stride(n)
    let (factor, vectors) = (scratch, scratch + length * length)
    let (p, w, t, r) = (vectors, vectors + length, vectors + 2 * length, vectors + 3 * length)
    let m = Int(save[RiskBudgetSave.activeCount])
    let stride = RiskBudgetSave.stride(m)

    let inverseTotal = 1 / save[RiskBudgetSave.total]
    var mean = 0.0
    for i in 0..<n {
      w[i] = y[i] * inverseTotal
      if w[i] > 0 { mean += cotangent[i] * w[i] }
    }
    var (k, square) = (0, 0.0)
    for i in 0..<n where w[i] > 0 {
      r[k] = w[i] * (cotangent[i] - mean) / root[k]
      square += r[k] * r[k]
      k += 1
    }
    for k in m..<max(m, stride) { r[k] = 0 }
    var solved = save[RiskBudgetSave.factors] == 0
    if solved {
      let goal = 1e-15 * square.squareRoot()
      solved =
        linearAlgebra.conjugateGradients(
          stride: stride, correlations, scale: scale, residual: r, solution: p, tolerance: goal,
          limit: 60, work: vectors + 4 * length
        ).residual <= goal
    }
    if !solved {
      k = 0
      for i in 0..<n where w[i] > 0 {
        p[k] = w[i] * (cotangent[i] - mean) / root[k]
        k += 1
      }
      for k in m..<max(m, stride) { p[k] = 0 }
      linearAlgebra.scaleAndShift(
        count: m, stride: stride, correlations, scale: scale, shift: 1, into: factor)
      _ = linearAlgebra.factorPadded(count: m, stride: stride, factor, floor: 0)
      linearAlgebra.solveTransposedPadded(count: m, stride: stride, factor, p)
      linearAlgebra.solvePadded(count: m, stride: stride, factor, p)
    }
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
      linearAlgebra.addSymmetricOuter(count: n, t, w, into: covarianceGradient)
    }
  }
}
