import Finance

/// Projected gradient descent, what the alternating direction method of multipliers is compared
/// with.
struct ProjectedGradient {
  /// How long a step is.
  enum Step {
    /// `1/L` with a Lipschitz constant over the whole box: the best that a constant step can
    /// promise.
    case constant
    /// Twice the last one, halved until the quadratic model holds (Beck & Teboulle 2009, §3).
    case backtracking
  }

  let step: Step
  let limit = 2_000_000

  /// Descends until the residual is below `tolerance`; `nil` if it does not get there.
  func minimise(
    _ problem: CalibratedSubproblem, tolerance: Double
  ) -> (x: [Double], iterations: Int)? {
    var (x, length) = (problem.start, 1 / problem.lipschitz)
    for iteration in 0..<limit {
      if problem.residual(x) <= tolerance { return (x, iteration) }
      let gradient = problem.gradient(x)
      if step == .backtracking { length *= 2 }
      while true {
        let next = problem.project(zip(x, gradient).map { $0 - length * $1 })
        if step == .constant || isShort(problem, x, next, gradient, length) {
          x = next
          break
        }
        length *= 0.5
      }
    }
    return nil
  }

  /// Whether the gradient at the next point stays within the model, `(∇f₊ − ∇f)ᵀd ≤ ‖d‖² / t`: unlike
  /// the difference of values it keeps its digits near the optimum.
  private func isShort(
    _ problem: CalibratedSubproblem, _ x: [Double], _ next: [Double], _ gradient: [Double],
    _ length: Double
  ) -> Bool {
    let after = problem.gradient(next)
    var (change, square) = (0.0, 0.0)
    for i in x.indices {
      let d = next[i] - x[i]
      change += (after[i] - gradient[i]) * d
      square += d * d
    }
    return change <= square / length
  }
}
