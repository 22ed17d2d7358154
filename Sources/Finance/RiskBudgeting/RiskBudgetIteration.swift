internal import KernelInterface
internal import Kernels

/// One problem in correlation space, `min ½ uᵀCu − Σ β ln u` with `Σβ = 1`: padded memory of the
/// forward pass.
struct RiskBudgetIteration {
  /// The number of assets, and the padded length of a vector.
  let (count, stride): (Int, Int)
  /// `C`.
  let correlations: UnsafePointer<Double>
  /// `β` and `√β`.
  let (beta, root): (UnsafePointer<Double>, UnsafePointer<Double>)
  /// `1 ⊘ √β`.
  let inverseRoot: UnsafePointer<Double>
  /// The iterate and `v = Cu`.
  let (u, v): (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>)
  /// `s = u ⊘ √β`, the residual `r = s ⊙ v − √β` and the scaled step `e`.
  let scale: UnsafeMutablePointer<Double>
  let (r, e): (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>)
  /// `3·stride` elements.
  let work: UnsafeMutablePointer<Double>

  /// `uᵀCu`, one at the solution.
  var quadratic = 0.0
  /// The largest relative error of a risk contribution, `max |uᵢvᵢ / βᵢ − 1|`.
  var error = Double.infinity
  /// The number of Newton steps.
  var steps = 0
  /// The largest relative change of a holding in the last step.
  var decrement = Double.infinity
  /// The largest eigenvalue of `I + K`; the smallest is at least one.
  var condition = 1.0

  /// Brings `v` up to date.
  mutating func multiply() {
    linearAlgebra.multiplyPadded(stride: stride, correlations, u, into: v)
    quadratic = linearAlgebra.dotPadded(stride: stride, u, v)
  }

  /// Scales the iterate to `uᵀCu = 1`.
  mutating func normalise() {
    let factor = 1 / quadratic.squareRoot()
    for k in 0..<stride {
      u[k] *= factor
      v[k] *= factor
    }
    quadratic = 1
  }

  /// Cyclical coordinate descent until holdings change by less than a tenth, at most eight sweeps.
  ///
  /// Each coordinate goes to its own minimum, `uᵢ = √(aᵢ² + βᵢ) − aᵢ` with `aᵢ = ½ Σ_{j≠i} Cᵢⱼuⱼ`,
  /// so the objective never rises. A sweep costs 2n² operations; one or two carry an ordinary
  /// problem into the region where Newton's full steps converge.
  ///
  /// - Source: Griveau-Billion, Richard & Roncalli (2013), *A Fast Algorithm for Computing
  ///   High-dimensional Risk Parity Portfolios*; Choi & Chen (2022), *Improved Iterative Methods for
  ///   Solving Risk Parity Portfolio*.
  mutating func descend() {
    var previous = Double.infinity
    for _ in 0..<8 {
      let change = linearAlgebra.descend(
        count: count, stride: stride, correlations, beta: beta, u, v, work: work)
      if !(change >= 0.1) || change > previous { break }
      previous = change
    }
    quadratic = linearAlgebra.dotPadded(stride: stride, u, v)
  }

  /// Brings the residual and the error up to date with `u` and `v`; returns `‖r‖`.
  mutating func measure() -> Double {
    let (norm, worst) = linearAlgebra.budgetResidual(
      stride: stride, u, v, root: root, inverseRoot: inverseRoot, scale: scale, residual: r)
    error = worst
    return norm
  }

  /// Full Newton steps, the systems `(I + K) e = r` by conjugate gradients; true once no risk
  /// contribution is off by more than `tolerance`.
  ///
  /// The eigenvalues of `I + K` lie between one and, ordinarily, two: a handful of products with `C`
  /// gives the digits that a Newton step can use, where a factorisation costs n³/3. False where
  /// the problem is not so benign (unequal budgets, hedges); the iterate is then no worse than
  /// before.
  mutating func newtonByConjugateGradients(tolerance: Double, limit: Int) -> Bool {
    var previous = Double.infinity
    while true {
      let norm = measure()
      if error <= tolerance { return true }
      // Rounding ends the progress; tiny or hedged budgets are left to the factorisation.
      guard error < 0.3, error < 0.25 * previous, steps < min(12, limit) else { return false }
      previous = error
      // No more digits than the step's own quadratic error leaves, nor than are asked for.
      let goal = max(0.3 * error * norm, 0.1 * tolerance * norm / error)
      let solve = linearAlgebra.conjugateGradients(
        stride: stride, correlations, scale: scale, residual: r, solution: e, tolerance: goal,
        limit: 40, work: work)
      guard solve.residual <= goal else { return false }
      condition = max(condition, solve.largestEigenvalue)
      steps += 1
      decrement = linearAlgebra.relativeStep(stride: stride, e, inverseRoot: inverseRoot)
      guard decrement < 0.5 else { return false }
      for k in 0..<count { u[k] -= e[k] * u[k] }
      multiply()
    }
  }
}
