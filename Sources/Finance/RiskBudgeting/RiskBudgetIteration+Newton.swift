internal import KernelInterface
internal import Kernels

extension RiskBudgetIteration {
  /// How a damped Newton step ended.
  enum Step {
    /// The iteration goes on, or has converged.
    case taken(converged: Bool)
    /// `I + K` has a pivot that is no number: rounding swamps the problem.
    case failed
  }

  /// One damped Newton step with a factorisation.
  ///
  /// The Hessian is `H = C + diag(β ⊘ u²) = D (I + K) D` with `D = diag(√β ⊘ u)` and `K = D⁻¹CD⁻¹`.
  /// It is `I + K` that is factored: its eigenvalues are at least one, and at the solution cond ≤ 2
  /// when no correlation is negative, whatever the budgets (volatilities have left the problem
  /// already). With `r = D⁻¹g` and `(I + K) e = r` the relative Newton step is `d ⊘ u = e ⊘ √β`, and
  /// the decrement of the problem scaled to `min β = 1`, where it is self-concordant,
  /// `λ = √(rᵀe / min β)`. While `λ > 0.3628676` a step is divided by `1 + δ`, `δ = max |dᵢ/uᵢ|`; then
  /// full steps converge quadratically. `δ` stops the iteration: it bounds the error of every
  /// holding, and unlike `λ` it can be computed to full accuracy however unequal the budgets.
  ///
  /// - Source: Spinu (2013), *An Algorithm for Computing Risk Parity Weights*; the threshold is
  ///   `0.95 · ½(3 − √5)`.
  mutating func dampedNewtonStep(
    smallestShare: Double, tolerance: Double, factor: UnsafeMutablePointer<Double>
  ) -> Step {
    _ = measure()
    for k in 0..<stride { e[k] = r[k] }
    linearAlgebra.scaleAndShift(
      count: count, stride: stride, correlations, scale: scale, shift: 1, into: factor)
    steps += 1
    guard linearAlgebra.factorPadded(count: count, stride: stride, factor, floor: 0) < 0 else {
      return .failed
    }
    linearAlgebra.solveTransposedPadded(count: count, stride: stride, factor, e)
    let lambda = (linearAlgebra.dotPadded(stride: stride, e, e) / smallestShare).squareRoot()
    linearAlgebra.solvePadded(count: count, stride: stride, factor, e)
    let previous = decrement
    decrement = linearAlgebra.relativeStep(stride: stride, e, inverseRoot: inverseRoot)
    // So near the solution steps shrink quadratically; one that does not is rounding.
    let converged =
      decrement <= tolerance || (decrement < 1e-5 && decrement > 0.5 * previous)
    let length = lambda > 0.3628676 && !converged ? 1 / (1 + decrement) : 1
    for k in 0..<count { u[k] -= length * e[k] * u[k] }
    multiply()
    return .taken(converged: converged)
  }
}
